/* Whether what is typed now would go into a field: this one, or another that took the focus from it. */
(element) => {
  let active = document.activeElement;
  while (active && active.shadowRoot && active.shadowRoot.activeElement) active = active.shadowRoot.activeElement;
  if (!active) return false;
  return active === element || active.isContentEditable || active.matches('textarea, input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"])');
}
