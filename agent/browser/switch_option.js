/* Switches one option of a select in which several can be chosen, and tells the page as a mouse would. */
(option) => {
  const select = option.closest('select');
  option.selected = !option.selected;
  select.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  select.dispatchEvent(new Event('change', { bubbles: true }));
}
