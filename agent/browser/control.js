/* What the hand does with controls that take no mouse and no keys, and what it has to know of those that do. */
const FOCUSABLE_TEXT = 'textarea, input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"])';
const BY_VALUE = new Set(['color', 'date', 'time', 'datetime-local', 'month', 'range', 'week']);
const PAUSE = 50; // milliseconds

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));
const labelled = (seen) => (seen.localName === 'label' && seen.control) || seen;
/** Tells the page of a new value, as the browser does. */
const tell = (control) => {
  control.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  control.dispatchEvent(new Event('change', { bubbles: true }));
};
const isShown = (element) => element.isConnected && element.checkVisibility({ visibilityProperty: true });
const becomesShown = async (element, limit) => {
  for (const ends = performance.now() + limit; !isShown(element); ) {
    if (performance.now() >= ends) return false;
    await pause();
  }
  return true;
};

const activeIn = (document) => {
  let active = document.activeElement;
  while (active && active.shadowRoot && active.shadowRoot.activeElement) active = active.shadowRoot.activeElement;
  return active;
};
/** Whether what is typed now would go into a field: this one, or another that took the focus from it. */
const takesKeys = (element) => {
  const active = activeIn(element.ownerDocument);
  return Boolean(active) && (active === element || active.isContentEditable || active.matches(FOCUSABLE_TEXT));
};
/** Sees to it that a field has the focus, and that what is typed takes the place of what it says. */
const focusText = (element) => {
  if (!takesKeys(element)) element.focus();
  if (!takesKeys(element)) return { focused: false, selected: false };
  const active = activeIn(element.ownerDocument);
  if (!active.matches('input, textarea')) return { focused: true, selected: false };
  active.select();
  return { focused: true, selected: true };
};

/** Whether a field is the very one that has the focus. */
const hasFocus = (field) => activeIn(field.ownerDocument) === field;
/** Gives a field, or what a label stands for, the focus; returns whether it has it then. */
const focusAlone = (seen) => {
  const field = labelled(seen);
  if (!hasFocus(field)) field.focus();
  return hasFocus(field);
};
const lettersOf = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
/** Whether a field took a text: a password as it is, a user name in the page's own way of writing it. */
const tookSecret = (field, text, isPassword) =>
  isPassword ? field.value === text : field.value === text || (field.value && lettersOf(field.value) === lettersOf(text));
const FEWEST_LETTERS = 3;
/** Clears whatever holds a text, or a part of it, in a document or a shadow tree. */
const wipe = (root, text) => {
  const holds = ({ value }) => value.includes(text) || (value.length >= FEWEST_LETTERS && text.includes(value));
  for (const each of root.querySelectorAll('*')) {
    if (each.shadowRoot) wipe(each.shadowRoot, text);
    if (each.matches('input, textarea') && holds(each)) {
      each.value = '';
      tell(each);
    } else if (each.isContentEditable && each.textContent.includes(text)) each.textContent = '';
  }
};
/** Types a secret into the very field that it is for, in one go: between the look at what has the focus and the last letter
    no script of the page gets its turn, but for those that it answers the typing with. What went astray by them is cleared. */
const typeSecret = (seen, text, isPassword) => {
  const field = labelled(seen);
  const isFit = () => field.matches('input, textarea') && (!isPassword || field.type === 'password');
  if (!isFit()) return 'unfit';
  if (!focusAlone(seen)) return 'unfocused';
  field.select();
  if (!hasFocus(field) || !isFit()) return 'unfocused';
  field.ownerDocument.execCommand('insertText', false, text);
  if (tookSecret(field, text, isPassword)) return 'typed';
  field.value = '';
  tell(field);
  wipe(field.ownerDocument, text);
  return 'astray';
};

/** Whether a field of a fixed format (a date, a number, a colour) takes this text as it is written. */
const accepts = (seen, text) => {
  const field = labelled(seen);
  if (text === '') return true;
  if (field.type === 'range') return text.trim() !== '' && Number.isFinite(Number(text));
  const probe = document.createElement('input');
  probe.type = field.type;
  probe.value = text;
  return field.type === 'color' ? probe.value === text.toLowerCase() : probe.value !== '';
};
/** Fills such a field; one that takes keys is made ready for them. */
const fill = async (seen, text, limit) => {
  const field = labelled(seen);
  if (!accepts(seen, text)) return 'malformed';
  if (!(await becomesShown(field, limit))) return 'hidden';
  field.focus();
  if (!BY_VALUE.has(field.type)) {
    field.select();
    return 'selected';
  }
  field.value = text.trim();
  tell(field);
  return 'filled';
};

/** Chooses an option of a select, or switches it where several can be chosen. */
const choose = async (option, limit) => {
  const select = option.closest('select');
  if (select === null) return 'none';
  if (!select.multiple && !(await becomesShown(select, limit))) return 'hidden';
  option.selected = select.multiple ? !option.selected : true;
  tell(select);
  return 'chosen';
};
/** What a person presses for a checkbox or radio button: its label where the box itself is hidden or drawn anew. */
const boxOrLabel = (element) => {
  const label = (element.labels && element.labels[0]) || element.closest('label');
  return label === null || reach(element).state === 'free' ? element : label;
};
