/* What can be acted on, and how it is written down. */
const CLICK_ROLES = new Set([
  'button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'menuitem', 'menuitemcheckbox', 'menuitemradio',
  'option', 'combobox', 'textbox', 'searchbox', 'spinbutton', 'slider', 'treeitem',
]);
const REACTING = new Set(['a', 'button', 'summary', 'label']);
/** What reacts as a whole to a pointer, but is pointed at by its parts. */
const COLLECTIONS = new Set(['ul', 'ol', 'dl', 'menu', 'table', 'tbody', 'thead', 'tfoot', 'body', 'html', 'main', 'form']);
/** Attributes that say more of an element than its tag and style do. */
const RICH =
  '[role],[aria-label],[aria-labelledby],[title],[inert],[onclick],[contenteditable],[tabindex]';
const STATES = ['aria-expanded', 'aria-pressed', 'aria-selected', 'aria-checked', 'aria-current'];
const NOT_A_TARGET = 0;
const A_CARD = 1; // reacts as a whole, and may hold others that react
const A_CONTROL = 2;

let prefix = ':';
let nodes = [];
let links = new Map();
let rich = new Set(); // elements with such an attribute
let replaced = new Set(); // controls that a visible label stands for

/** Looks for them all at once: asking each element takes far longer. */
const collectRich = (found) => {
  for (const element of found) rich.add(element);
};
const register = (element) => {
  nodes.push(element);
  return ` data-ref='${prefix}${nodes.length - 1}'`;
};
const isOff = (element, tag, level) =>
  level.inert || attributeOf(element, 'aria-disabled') === 'true' ||
  (tag !== 'a' && matches(element, ':disabled'));
const states = (element) => {
  let text = '';
  for (const name of STATES) {
    const value = attributeOf(element, name);
    if (value && (value !== 'false' || name !== 'aria-current')) text += attribute(name, value);
  }
  return text;
};
const linkOf = (element) => {
  const href = attributeOf(element, 'href');
  if (!href || href === '#' || /^\s*javascript:/i.test(href)) return '';
  let number = links.get(href);
  if (number === undefined) {
    number = links.size;
    links.set(href, number);
  }
  return ` data-link='${prefix}${number}'`;
};

/** Whether a person cannot see a control, though its label may be seen and clicked. */
const isUnseen = (control) => {
  if (localName(control) !== 'input' || control.type === 'hidden') return false;
  if (!isRendered(control)) return true;
  const style = styleOf(control);
  if (Number(style.opacity) < FAINT || CLIPPED_AWAY.test(style.clip) || CLIPPED_AWAY.test(style.clipPath)) return true;
  const box = boxOf(rectOf(control));
  const view = DEFAULT_VIEW.call(OWNER_DOCUMENT.call(control));
  return box.right - box.left <= 2 || box.bottom - box.top <= 2 ||
    box.right + view.scrollX <= 0 || box.bottom + view.scrollY <= 0;
};
/** Whether one of its labels can be seen, so that it stands for the control. */
const hasSeenLabel = (control) =>
  labelsOf(control).some((label) => {
    const rect = rectOf(label);
    return rect.width > 2 && rect.height > 2 && isRendered(label) && !CLIPPED_AWAY.test(styleOf(label).clip);
  });
/** Whether a control without a look of its own lies over what is drawn in its place, and takes its clicks. */
const overlays = (control, style) => {
  const rect = rectOf(control);
  return rect.width >= 8 && rect.height >= 8 && style.pointerEvents !== 'none' && !hasSeenLabel(control);
};

const isEditable = (element, level) => {
  const value = level.rich ? attributeOf(element, 'contenteditable') : null;
  return value === '' || value === 'true' || value === 'plaintext-only';
};
/** What a container is to a click: nothing, a control, or a card that may hold other controls. */
const reaction = (element, tag, role, level) => {
  const around = level.around;
  const starts = level.pointer && !around.pointer;
  if (!starts && !level.rich && !REACTING.has(tag)) return NOT_A_TARGET;
  if (tag === 'a') {
    if (attributeOf(element, 'href') !== null || CLICK_ROLES.has(role)) return A_CONTROL;
    // A link without an address that takes the focus does its work by script.
    return !around.inside && (starts || (level.rich && element.tabIndex >= 0)) ? A_CONTROL : NOT_A_TARGET;
  }
  if (tag === 'button' || tag === 'summary' || CLICK_ROLES.has(role) || isEditable(element, level)) return A_CONTROL;
  if (tag === 'label') {
    const control = element.control;
    if (control) return !replaced.has(control) && isUnseen(control) ? A_CONTROL : NOT_A_TARGET;
  }
  if (around.inside === A_CONTROL) return NOT_A_TARGET;
  if (level.rich && attributeOf(element, 'onclick') !== null && !COLLECTIONS.has(tag)) return A_CARD;
  return starts && !around.inside && !COLLECTIONS.has(tag) ? A_CARD : NOT_A_TARGET;
};
const labelToggle = (label) => {
  const control = label.control;
  if (!control) return " data-click=''";
  replaced.add(control);
  const type = (control.type || '').toLowerCase();
  return attribute('type', type) + flag('checked', (type === 'checkbox' || type === 'radio') && control.checked) +
    flag('disabled', matches(control, ':disabled'));
};
/** Where a form posts to; empty where it only asks for a page. */
const postsOf = (form, control) => {
  const own = (name) => (control === null ? null : attributeOf(control, name));
  const method = own('formmethod') ?? attributeOf(form, 'method') ?? '';
  if (method.trim().toLowerCase() !== 'post') return '';
  return attribute('data-posts', own('formaction') || attributeOf(form, 'action') || '.');
};
/** The same of a button or field that submits a form in its own way, or one that it does not stand in. */
const postsByItself = (control) => {
  const elsewhere = attributeOf(control, 'form') !== null || attributeOf(control, 'formaction') !== null;
  return elsewhere && control.form ? postsOf(control.form, control) : '';
};
/** What a button is called in the page's own code, where it submits what is typed. */
const codeOf = (control) => {
  const form = control.form;
  if (!form || (control.type !== 'submit' && control.type !== 'image') || !postsOf(form, null)) return '';
  return attribute('data-code', [attributeOf(control, 'id'), attributeOf(control, 'name')].filter(Boolean).join(' '));
};
const targetAttributes = (element, tag, role, level) => {
  const off = isOff(element, tag, level);
  let text = register(element) + flag('disabled', off);
  text += states(element);
  if (level.rich) text += attribute('title', attributeOf(element, 'title'));
  if (tag === 'a') return text + linkOf(element);
  if (tag === 'label') return text + labelToggle(element);
  if (isEditable(element, level)) return `${text} contenteditable=''`;
  if (tag === 'button') return text + codeOf(element) + postsByItself(element);
  if (tag === 'summary' || CLICK_ROLES.has(role)) return text;
  return `${text} data-click='${level.rich && attributeOf(element, 'onclick') !== null ? 'own' : ''}'`;
};
/** What names a target on which nothing is written that can be seen. */
const unseenName = (element, level) => {
  if (/ (aria-label|title)='/.test(level.open)) return '';
  const said = attribute('aria-label', plainText(element, 100) || fieldLabel(element));
  if (said || level.pictured) return said;
  return attribute('aria-label', drawnText(element)) || attribute('data-hint', hintOf(element));
};
