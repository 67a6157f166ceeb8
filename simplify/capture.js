/* Reads one document as a person sees it, in a single walk.
 *
 * Called with {prefix, milliseconds, maxElements}; returns {html, title, url, nodes, frames, notes}:
 *   html    well-formed markup of what is visible, with a `data-ref` on everything that can be acted on;
 *   nodes   the elements behind the refs, by index (kept on this side, reached later through a handle);
 *   frames  the visible iframe elements, in the order of the `data-frame` marks in `html`;
 *   notes   what could not be read, in words.
 *
 * Nothing is written to the page. All reading goes through the prototypes' own getters, taken once: a form
 * may hold an input called `childNodes`, and a page may have put traps of its own on its elements. An element
 * that cannot be read costs itself alone.
 */
(options) => {
  'use strict';
  const { prefix, milliseconds, maxElements } = options;
  const apply = Reflect.apply;
  const NONE = [];
  const MAX_DEPTH = 1500;
  const MAX_TEXT = 20000;
  const MAX_ATTRIBUTE = 1000;
  const MAX_OPTIONS = 2000;
  const clock = performance.now.bind(performance);
  const end = clock() + milliseconds;

  // ---- reading without being noticed, and without being misled ------------------------------------------
  const reader = (prototype, property) => {
    for (let at = prototype; at; at = Object.getPrototypeOf(at)) {
      const found = Object.getOwnPropertyDescriptor(at, property);
      if (found && found.get) {
        const get = found.get;
        return (object) => apply(get, object, NONE);
      }
    }
    return (object) => object[property];
  };
  const caller = (prototype, method) => {
    const own = prototype[method];
    return (object, ...rest) => apply(own, object, rest);
  };
  const walker = (step) => (node) => {
    const steps = document.createTreeWalker(node);
    steps.currentNode = node;
    return steps[step]();
  };
  const guarded = (read, otherwise, probe) => {
    try {
      if (read(probe) !== undefined) return read;
    } catch {
      // a trap of the page: take the other way round
    }
    return otherwise;
  };
  const root = document.documentElement;
  const firstChild = guarded(reader(Node.prototype, 'firstChild'), walker('firstChild'), root);
  const nextSibling = guarded(
    reader(Node.prototype, 'nextSibling'),
    (node) => {
      const steps = document.createTreeWalker(document);
      steps.currentNode = node;
      return steps.nextSibling();
    },
    root,
  );
  const nodeType = reader(Node.prototype, 'nodeType');
  const parentNode = reader(Node.prototype, 'parentNode');
  const data = reader(CharacterData.prototype, 'data');
  const localName = reader(Element.prototype, 'localName');
  const shadowRoot = reader(Element.prototype, 'shadowRoot');
  const getAttribute = caller(Element.prototype, 'getAttribute');
  const getAttributeNames = caller(Element.prototype, 'getAttributeNames');
  const matches = caller(Element.prototype, 'matches');
  const contains = caller(Node.prototype, 'contains');
  const queryAll = caller(Element.prototype, 'querySelectorAll');
  const getRect = Element.prototype.getBoundingClientRect;
  const rectOf = (element) => apply(getRect, element, NONE);
  const checkVisibility = caller(Element.prototype, 'checkVisibility');
  const assignedNodes = caller(HTMLSlotElement.prototype, 'assignedNodes');
  const inputValue = reader(HTMLInputElement.prototype, 'value');
  const inputChecked = reader(HTMLInputElement.prototype, 'checked');
  const areaValue = reader(HTMLTextAreaElement.prototype, 'value');
  const optionSelected = reader(HTMLOptionElement.prototype, 'selected');
  const selectOptions = reader(HTMLSelectElement.prototype, 'options');
  const labelControl = reader(HTMLLabelElement.prototype, 'control');
  const labelsOf = {
    input: reader(HTMLInputElement.prototype, 'labels'),
    select: reader(HTMLSelectElement.prototype, 'labels'),
    textarea: reader(HTMLTextAreaElement.prototype, 'labels'),
    button: reader(HTMLButtonElement.prototype, 'labels'),
  };
  const styleOf = window.getComputedStyle.bind(window);

  // ---- writing markup -----------------------------------------------------------------------------------
  // eslint-disable-next-line no-control-regex -- these are what markup may not hold, and what reorders text
  const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]/g;
  const UNSAFE = /[&<>"\u0000-\u0008\u000b-\u001f\u007f-\u00ad\u200b-\u206f\ud800-\udfff\ufeff\ufffe\uffff]/;
  const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  const escape = (text) => {
    if (!UNSAFE.test(text)) return text;
    const whole = text.toWellFormed ? text.toWellFormed() : text;
    return whole.replace(FORBIDDEN, '').replace(/[&<>"]/g, (sign) => ENTITIES[sign]);
  };
  const fold = (text) => text.replace(/\s+/g, ' ').trim();
  const attribute = (name, value) =>
    value === null || value === undefined || value === ''
      ? ''
      : ` ${name}="${escape(fold(String(value)).slice(0, MAX_ATTRIBUTE))}"`;
  const flag = (name, on) => (on ? ` ${name}=""` : '');

  const out = [];
  const nodes = [];
  const frames = [];
  const notes = [];
  const links = new Map();
  const replaced = new Set(); // controls that a visible label stands for
  let elements = 0;
  let unreadable = 0;
  let stopped = '';
  let tooDeep = false;

  // ---- what is visible ----------------------------------------------------------------------------------
  const SKIPPED = new Set([
    'script', 'style', 'template', 'noscript', 'head', 'meta', 'link', 'base', 'title', 'param', 'source',
    'track', 'col', 'colgroup', 'datalist', 'object', 'embed', 'audio', 'video', 'canvas', 'map', 'area',
    'noframes', 'hr', 'wbr', 'option', 'optgroup',
  ]);
  const KEPT = new Set([
    'form', 'fieldset', 'legend', 'nav', 'main', 'header', 'footer', 'aside', 'section', 'article', 'h1',
    'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'tr', 'td', 'th', 'caption',
    'p', 'label', 'details', 'summary', 'dialog', 'blockquote', 'figcaption', 'pre', 'menu', 'search',
    'address', 'output',
  ]);
  const ROW_GROUPS = new Set(['tbody', 'thead', 'tfoot']);
  const CLICK_ROLES = new Set([
    'button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'menuitem', 'menuitemcheckbox',
    'menuitemradio', 'option', 'combobox', 'textbox', 'searchbox', 'spinbutton', 'slider', 'treeitem',
  ]);
  const EVERYWHERE = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
  const scrollLeft = window.scrollX || 0;
  const scrollTop = window.scrollY || 0;
  const width = window.innerWidth;
  const height = window.innerHeight;

  const meet = (one, other) => ({
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  });
  const seen = (rect, clip) =>
    Math.min(rect.right, clip.right) - Math.max(rect.left, clip.left) > 1 &&
    Math.min(rect.bottom, clip.bottom) - Math.max(rect.top, clip.top) > 1;

  /** What the window can ever show: the whole document to the right and below, nothing left of or above it. */
  const pageClip = () => {
    const clip = { left: -scrollLeft, top: -scrollTop, right: Infinity, bottom: Infinity };
    const across = [root, document.body].some((element) => {
      const overflow = element ? styleOf(element).overflowX : 'visible';
      return overflow === 'hidden' || overflow === 'clip';
    });
    clip.right = across ? width : Math.max(width, root.scrollWidth - scrollLeft);
    return clip;
  };

  // ---- a modal dialog covers the rest -------------------------------------------------------------------
  const up = (node) => {
    const parent = parentNode(node);
    return parent instanceof ShadowRoot ? parent.host : parent;
  };
  const fixedAncestor = (element) => {
    for (let at = element; at && nodeType(at) === 1; at = up(at)) {
      if (styleOf(at).position === 'fixed') return at;
    }
    return null;
  };
  const hit = (x, y) => {
    let found = document.elementFromPoint(x, y);
    for (let depth = 0; found && shadowRoot(found) && depth < 20; depth += 1) {
      const inner = shadowRoot(found).elementFromPoint(x, y);
      if (!inner || inner === found) break;
      found = inner;
    }
    return found;
  };
  const within = (ancestor, element) => {
    for (let at = element; at; at = up(at)) if (at === ancestor) return true;
    return false;
  };
  const middleHit = (element) => {
    const box = meet(rectOf(element), { left: 0, top: 0, right: width, bottom: height });
    return box.right > box.left && box.bottom > box.top
      ? hit((box.left + box.right) / 2, (box.top + box.bottom) / 2)
      : null;
  };
  const findModals = () => {
    const native = [...queryAll(root, 'dialog[open]')].filter((dialog) => matches(dialog, ':modal'));
    if (native.length) return native.slice(-1);
    const declared = [...queryAll(root, '[aria-modal="true"]')].filter(
      (dialog) =>
        checkVisibility(dialog, { opacityProperty: true, visibilityProperty: true }) &&
        within(dialog, middleHit(dialog)),
    );
    if (declared.length) return declared.slice(-1);
    const points = [[0.02, 0.02], [0.98, 0.02], [0.02, 0.98], [0.98, 0.98], [0.5, 0.02], [0.02, 0.5]];
    const votes = new Map();
    for (const [x, y] of points) {
      const found = hit(x * width, y * height);
      const fixed = found && fixedAncestor(found);
      if (fixed && fixed !== root && fixed !== document.body) votes.set(fixed, (votes.get(fixed) || 0) + 1);
    }
    let cover = null;
    for (const [fixed, count] of votes) {
      const rect = rectOf(fixed);
      if (count >= 3 && rect.left <= 1 && rect.top <= 1 && rect.right >= width - 1 && rect.bottom >= height - 1) cover = fixed;
    }
    if (!cover) return [];
    const centre = hit(width / 2, height / 2);
    const dialog = centre && fixedAncestor(centre);
    const inside = cover.innerText.length + (dialog && dialog !== cover ? dialog.innerText.length : 0);
    // An application that lives in a fixed root is no dialog: a dialog leaves more behind it than it holds.
    if (!document.body || document.body.innerText.length < 2 * inside) return [];
    return dialog && dialog !== cover ? [cover, dialog] : [cover];
  };
  let modals = [];
  const modalPath = new Set();
  try {
    modals = findModals();
  } catch {
    unreadable += 1;
  }
  for (const modal of modals) for (let at = modal; at; at = up(at)) modalPath.add(at);
  let covered = 0;
  const isCovered = (element, style) => {
    const floats = style.position === 'fixed' || style.position === 'absolute';
    return !(floats && within(element, middleHit(element)));
  };

  // ---- labels -------------------------------------------------------------------------------------------
  const LABEL_SKIP = new Set(['select', 'textarea', 'script', 'style', 'template', 'noscript', 'button', 'svg']);
  const plainText = (element, limit = 300) => {
    let text = '';
    const visit = (node, depth) => {
      for (let child = firstChild(node); child && text.length < limit; child = nextSibling(child)) {
        const type = nodeType(child);
        if (type === 3) text += data(child);
        else if (type === 1 && depth < 40 && !LABEL_SKIP.has(localName(child))) {
          const style = styleOf(child);
          if (style.display === 'none' || style.visibility !== 'visible') continue;
          if (style.display !== 'inline') text += ' ';
          visit(child, depth + 1);
        }
      }
    };
    visit(element, 0);
    return fold(text).slice(0, limit);
  };
  const labelledBy = (element, attributeName) => {
    const ids = getAttribute(element, attributeName);
    if (!ids) return '';
    const scope = element.getRootNode();
    return fold(
      ids.split(/\s+/).slice(0, 8)
        .map((id) => scope.getElementById && scope.getElementById(id))
        .filter(Boolean).map((found) => plainText(found)).join(' '),
    );
  };
  const ariaName = (element) => labelledBy(element, 'aria-labelledby') || getAttribute(element, 'aria-label') || '';
  const fieldLabel = (element, tag) => {
    const labels = labelsOf[tag] && labelsOf[tag](element);
    return labels ? fold([...labels].slice(0, 3).map((label) => plainText(label)).join(' ')) : '';
  };
  const standsIn = (control) => {
    // A control that a person cannot see, though its label can be seen and clicked.
    const tag = localName(control);
    if (tag !== 'input' || control.type === 'hidden') return false;
    if (!checkVisibility(control, { opacityProperty: true, visibilityProperty: true })) return true;
    const rect = rectOf(control);
    return rect.width <= 2 || rect.height <= 2 || rect.right + scrollLeft <= 0 || rect.bottom + scrollTop <= 0 ||
      /^(rect\(0|rect\(1px|inset\((50|100)%)/.test(styleOf(control).clip + styleOf(control).clipPath);
  };

  // ---- what can be acted on -----------------------------------------------------------------------------
  const register = (element) => {
    nodes.push(element);
    return ` data-ref="${prefix}${nodes.length - 1}"`;
  };
  const off = (element, state) =>
    state.inert || (state.rich && getAttribute(element, 'aria-disabled') === 'true') ||
    (localName(element) !== 'a' && matches(element, ':disabled'));
  const states = (element) => {
    let text = '';
    for (const name of ['aria-expanded', 'aria-pressed', 'aria-selected', 'aria-checked', 'aria-current']) {
      const value = getAttribute(element, name);
      if (value && (value !== 'false' || name !== 'aria-current')) text += attribute(name, value);
    }
    return text;
  };
  const linkOf = (element) => {
    const href = getAttribute(element, 'href');
    if (!href || href === '#' || /^\s*javascript:/i.test(href)) return '';
    let number = links.get(href);
    if (number === undefined) {
      number = links.size;
      links.set(href, number);
    }
    return ` data-link="${prefix}${number}"`;
  };
  const ORDINARY = /^(icon|btn|button|link|a|nav|item|svg|img|image|wrapper|container|js|is|has)$/;
  const hintOf = (element) => {
    // Nothing is written on it: what its makers called it is the last thing to go by.
    const words = (text) =>
      fold((text || '').replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[^\p{L}\p{N}]+/gu, ' '));
    for (const name of ['name', 'data-testid', 'id']) {
      const value = words(getAttribute(element, name));
      if (value && value.length <= 40 && !/\d{3}/.test(value)) return value;
    }
    const href = getAttribute(element, 'href');
    if (href && !/^(#|javascript:)/i.test(href)) {
      const last = words(decodeURI(href.split(/[?#]/)[0]).split('/').filter(Boolean).pop() || '');
      if (last && last.length <= 40 && /\p{L}/u.test(last)) return last;
    }
    return words(getAttribute(element, 'class')).split(' ').filter((word) => word.length > 2 && !ORDINARY.test(word)).slice(0, 2).join(' ');
  };

  // ---- the walk -----------------------------------------------------------------------------------------
  const addText = (text, state) => {
    if (/^\s*$/.test(text)) {
      if (out[out.length - 1] !== ' ') out.push(' ');
      return;
    }
    state.sink.text = true;
    out.push(escape(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text));
  };
  const textSeen = (node, state) => {
    if (!state.shown) return false;
    const box = state.box;
    if (!box) return true;
    if (box.rect === null) box.rect = rectOf(box.element);
    const rect = box.rect;
    if (rect.width > 0 && rect.height > 0) return seen(rect, state.clip);
    const range = document.createRange(); // a box of no height may let its text hang out
    range.selectNodeContents(node);
    return seen(range.getBoundingClientRect(), state.clip);
  };
  const visitChildren = (parent, state, depth) => {
    const shadow = shadowRoot(parent);
    const tag = localName(parent);
    if (tag === 'slot') {
      const assigned = assignedNodes(parent, { flatten: true });
      if (assigned.length) {
        for (const child of assigned) visit(child, state, depth);
        return;
      }
    }
    if (tag === 'details' && !parent.open) {
      for (let child = firstChild(parent); child; child = nextSibling(child)) {
        if (nodeType(child) === 1 && localName(child) === 'summary') {
          visit(child, state, depth);
          return;
        }
      }
      return;
    }
    for (let child = firstChild(shadow || parent); child; child = nextSibling(child)) visit(child, state, depth);
  };

  const visit = (node, state, depth) => {
    if (stopped) return;
    const type = nodeType(node);
    if (type === 3) {
      const text = data(node);
      if (/^\s*$/.test(text) || textSeen(node, state)) addText(text, state);
      return;
    }
    if (type !== 1) return;
    elements += 1;
    if (elements > maxElements) stopped = `The page has more than ${maxElements} elements; what comes after them is left out.`;
    else if ((elements & 127) === 0 && clock() > end) stopped = 'The page took too long to read; what comes after this point is left out.';
    if (stopped) return;
    if (depth > MAX_DEPTH) {
      tooDeep = true;
      return;
    }
    const mark = out.length;
    try {
      visitElement(node, state, depth);
    } catch {
      unreadable += 1; // this element alone is lost; what it had begun to say is taken back
      out.length = mark;
    }
  };

  const sameKind = (element, tag) => {
    const kind = getAttribute(element, 'class');
    if (!kind) return false;
    const alike = (other) => other && localName(other) === tag && getAttribute(other, 'class') === kind;
    return alike(element.previousElementSibling) || alike(element.nextElementSibling);
  };

  const WINDOW = { left: 0, top: 0, right: width, bottom: height };
  /** Whether something fixed hangs on an ancestor that is moved about, and so on the page and not the window. */
  const isMoved = (element) => {
    for (let at = up(element); at && nodeType(at) === 1; at = up(at)) {
      const style = styleOf(at);
      if (style.transform !== 'none' || style.filter !== 'none' || style.perspective !== 'none') return true;
    }
    return false;
  };
  const PLAIN = new Set(['class', 'id', 'style', 'href', 'src', 'target', 'rel', 'dir', 'lang', 'tabindex', 'name', 'type', 'value', 'for']);
  /** Whether an element says anything beyond what its tag and style say. */
  const isRich = (element) => {
    const names = getAttributeNames(element);
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at];
      if (!PLAIN.has(name) && !(name[0] === 'd' && name[4] === '-')) return true;
    }
    return false;
  };

  const visitElement = (element, parent, depth) => {
    const tag = localName(element);
    if (SKIPPED.has(tag)) return;
    const style = styleOf(element);
    const display = style.display;
    if (display === 'none' || style.opacity === '0') return;
    const rich = isRich(element);
    if (rich && getAttribute(element, 'hidden') === 'until-found') return;
    const position = style.position;
    const inline = display === 'inline';
    if (modals.length && !parent.modal && !modalPath.has(element) && isCovered(element, style)) {
      covered += 1;
      return;
    }

    // What it is clipped by, and what clips its descendants.
    let clip = parent.clip;
    if (position === 'absolute') clip = parent.absoluteClip;
    else if (position === 'fixed') clip = isMoved(element) ? parent.clip : WINDOW;
    const placed = position !== 'static';
    const state = {
      clip,
      absoluteClip: placed ? clip : parent.absoluteClip,
      childClip: null,
      shown: style.visibility === 'visible',
      // Inline text lies in its block's box: one measurement serves all of it.
      box: display === 'contents' || (inline && !placed) ? parent.box : { element, rect: null },
      rect: null,
      rich,
      inside: parent.inside,
      pointer: style.cursor === 'pointer',
      inert: parent.inert || (rich && getAttribute(element, 'inert') !== null),
      modal: parent.modal || element === modals[0] || element === modals[1],
      sink: parent.sink,
    };
    if (position === 'absolute' || position === 'fixed') {
      if (/^(rect\((0|1px)|inset\((50|100)%)/.test(style.clip === 'auto' ? style.clipPath : style.clip)) return;
    }
    const overflow = style.overflowX;
    if (overflow !== 'visible' && !inline && display !== 'contents' && element !== root && element !== document.body) {
      state.rect = state.box.rect = rectOf(element);
      const own = seen(state.rect, clip);
      const scrolls = own && (overflow === 'auto' || overflow === 'scroll' || style.overflowY === 'auto' || style.overflowY === 'scroll');
      const inner = scrolls ? EVERYWHERE : meet(clip, state.rect);
      if (placed) state.absoluteClip = inner;
      state.childClip = inner;
    }

    if (tag === 'svg' || tag === 'img') visitImage(element, tag, state);
    else if (tag === 'iframe' || tag === 'frame') visitFrame(element, state);
    else if (tag === 'input') visitInput(element, state);
    else if (tag === 'select') visitSelect(element, state);
    else if (tag === 'textarea') visitField(element, tag, state, attribute('value', areaValue(element).slice(0, MAX_ATTRIBUTE)));
    else if (tag === 'br') out.push('<br/>');
    else visitContainer(element, tag, style, display, state, parent, depth);
  };

  const isSeen = (element, state) => {
    if (!state.shown) return false;
    if (state.rect === null) {
      state.rect = rectOf(element);
      if (state.box && state.box.element === element) state.box.rect = state.rect;
    }
    return seen(state.rect, state.clip);
  };

  const visitImage = (element, tag, state) => {
    const title = tag === 'svg' ? [...queryAll(element, 'title')][0] : null;
    const said = getAttribute(element, 'alt') || getAttribute(element, 'aria-label') ||
      (title ? title.textContent : '') || (tag === 'img' ? getAttribute(element, 'title') : '');
    const click = !state.inside && (state.pointer && !parentPointer(element)) && tag === 'img';
    if (!said && !click && tag === 'img') return;
    if (!isSeen(element, state)) return;
    if (tag === 'svg' && !said) {
      const texts = [...queryAll(element, 'text')].slice(0, 200);
      for (const text of texts) addText(` ${text.textContent} `, state);
      return;
    }
    state.sink.children += 1;
    out.push(`<img${attribute('alt', said)}${click ? `${register(element)} data-click=""${said ? '' : attribute('data-hint', hintOf(element))}` : ''}/>`);
  };
  const parentPointer = (element) => {
    const parent = up(element);
    return Boolean(parent) && nodeType(parent) === 1 && styleOf(parent).cursor === 'pointer';
  };

  const visitFrame = (element, state) => {
    if (!isSeen(element, state)) return;
    state.sink.children += 1;
    out.push(`<iframe data-frame="${frames.length}"${attribute('title', getAttribute(element, 'title') || ariaName(element))}/>`);
    frames.push(element);
  };

  const visitInput = (element, state) => {
    const type = (element.type || 'text').toLowerCase();
    if (type === 'hidden' || replaced.has(element)) return;
    let more = attribute('type', type);
    if (type === 'checkbox' || type === 'radio') more += flag('checked', inputChecked(element));
    else if (type === 'password') more += attribute('value', '•'.repeat(Math.min(8, inputValue(element).length)));
    else if (type === 'image') more += attribute('alt', getAttribute(element, 'alt'));
    else if (type !== 'file') more += attribute('value', inputValue(element));
    visitField(element, 'input', state, more);
  };

  const visitField = (element, tag, state, more) => {
    if (!isSeen(element, state)) return;
    if (tag === 'input' && standsIn(element)) return;
    const label = fieldLabel(element, tag);
    const aria = ariaName(element);
    const placeholder = getAttribute(element, 'placeholder');
    const hint = label || aria || placeholder ? '' : hintOf(element);
    state.sink.children += 1;
    out.push(
      `<${tag}${more}${register(element)}${flag('disabled', off(element, state))}${attribute('role', getAttribute(element, 'role'))}` +
      `${attribute('data-label', label)}${attribute('aria-label', aria)}${attribute('placeholder', placeholder)}` +
      `${attribute('title', getAttribute(element, 'title'))}${attribute('data-hint', hint)}` +
      `${flag('required', element.required === true)}${flag('readonly', element.readOnly === true)}${states(element)}/>`,
    );
  };

  const visitSelect = (element, state) => {
    if (!isSeen(element, state)) return;
    const label = fieldLabel(element, 'select');
    const aria = ariaName(element);
    const disabled = off(element, state);
    state.sink.children += 1;
    out.push(
      `<select${flag('multiple', element.multiple)}${flag('disabled', disabled)}${attribute('data-label', label)}${attribute('aria-label', aria)}` +
      `${attribute('title', getAttribute(element, 'title'))}${attribute('data-hint', label || aria ? '' : hintOf(element))}${flag('required', element.required === true)}>`,
    );
    const options = [...selectOptions(element)];
    for (const option of options.slice(0, MAX_OPTIONS)) {
      if (getAttribute(option, 'hidden') !== null) continue;
      const group = parentNode(option);
      const words = getAttribute(option, 'label') || option.text;
      out.push(
        `<option${register(option)}${flag('selected', optionSelected(option))}${flag('disabled', disabled || matches(option, ':disabled'))}` +
        `${group && localName(group) === 'optgroup' ? attribute('data-group', getAttribute(group, 'label')) : ''}>${escape(fold(words).slice(0, MAX_ATTRIBUTE))}</option>`,
      );
    }
    if (options.length > MAX_OPTIONS) notes.push(`${options.length - MAX_OPTIONS} choices of a long list are left out.`);
    out.push('</select>');
  };

  const isEditable = (element, state) => {
    const value = state.rich ? getAttribute(element, 'contenteditable') : null;
    return value === '' || value === 'true' || value === 'plaintext-only';
  };
  const clickable = (element, tag, role, state, parent) => {
    if (tag === 'a') return getAttribute(element, 'href') !== null || CLICK_ROLES.has(role) || (state.pointer && !parent.pointer);
    if (tag === 'button' || tag === 'summary') return true;
    if (CLICK_ROLES.has(role)) return true;
    if (tag === 'label') {
      const control = labelControl(element);
      if (control) return !replaced.has(control) && standsIn(control);
    }
    if (isEditable(element, state)) return true;
    if (parent.inside) return false;
    return typeof element.onclick === 'function' || (state.pointer && !parent.pointer);
  };

  const openTag = (element, tag, written, role, target, state, parent) => {
    let text = `<${written}`;
    const aria = state.rich ? ariaName(element) : '';
    if (role) text += attribute('role', role);
    if (role === 'heading') text += attribute('aria-level', getAttribute(element, 'aria-level'));
    if (target) {
      text += register(element) + flag('disabled', off(element, state));
      if (state.rich) text += states(element) + attribute('title', getAttribute(element, 'title'));
      if (tag === 'a') text += linkOf(element);
      else if (tag === 'label') text += labelToggle(element);
      else if (isEditable(element, state)) text += ' contenteditable=""';
      else if (tag !== 'button' && tag !== 'summary' && !CLICK_ROLES.has(role)) text += ` data-click="${typeof element.onclick === 'function' ? 'own' : ''}"`;
    }
    if (tag === 'details') text += flag('open', element.open);
    return text + attribute('aria-label', aria) + flag('data-item', written === 'div' && parent && sameKind(element, tag));
  };

  const labelToggle = (label) => {
    const control = labelControl(label);
    if (!control) return ' data-click=""';
    replaced.add(control);
    const type = (control.type || '').toLowerCase();
    return attribute('type', type) + flag('checked', (type === 'checkbox' || type === 'radio') && inputChecked(control)) +
      flag('disabled', matches(control, ':disabled'));
  };

  const visitContainer = (element, tag, style, display, state, parent, depth) => {
    const rich = state.rich;
    const role = (rich && getAttribute(element, 'role')) || '';
    const target = clickable(element, tag, role, state, parent) &&
      style.pointerEvents !== 'none' && (display === 'contents' || spans(element, state));
    const kept = KEPT.has(tag) || tag === 'a' && target || tag === 'button';
    const inline = display === 'inline' || display === 'contents' || ROW_GROUPS.has(tag);
    const said = rich && (role || getAttribute(element, 'aria-label') || getAttribute(element, 'aria-labelledby'));
    const block = !inline && !display.startsWith('inline-');
    const written = kept ? tag : block ? 'div' : 'span';
    const spaced = !inline || display === 'contents';
    const emits = kept || target || said || block;
    if (state.childClip) state.clip = state.childClip;
    if (target) state.inside = true;
    if (!emits) {
      if (spaced) out.push(' ');
      visitChildren(element, state, depth + 1);
      if (spaced) out.push(' ');
      return;
    }
    const start = out.length;
    const firstRef = nodes.length;
    state.sink = { text: false, children: 0 };
    const open = openTag(element, tag, written, role, target, state, block ? parent : null);
    out.push(open);
    visitChildren(element, state, depth + 1);
    closeContainer(element, { start, open, written, target, said, firstRef }, state, parent);
  };

  /** Whether a person can see the thing itself, or something of it that hangs out of its own box. */
  const spans = (element, state) => {
    if (isSeen(element, state)) return true;
    const rect = state.rect;
    return state.shown && (rect.width <= 1 || rect.height <= 1) && firstChild(element) !== null;
  };

  const closeContainer = (element, tagged, state, parent) => {
    const { start, open, written, target, said, firstRef } = tagged;
    const { text, children } = state.sink;
    const empty = !text && children === 0;
    if (empty && (!target || !isSeen(element, state))) {
      if (!(said && written === 'span' && isSeen(element, state) && getAttribute(element, 'aria-label'))) {
        out.length = start;
        nodes.length = firstRef;
        out.push(' ');
        return;
      }
    }
    if (written === 'div' && open === '<div' && !text && children === 1) {
      out[start] = ''; // a wrapper around one thing says nothing
      parent.sink.children += 1;
      return;
    }
    const hint = target && !text && !/ (aria-label|title)="/.test(open) ? attribute('data-hint', hintOf(element)) : '';
    out[start] = `${open}${hint}>`;
    out.push(`</${written}>`);
    parent.sink.children += 1;
  };

  // ---- all of it ----------------------------------------------------------------------------------------
  const clip = pageClip();
  const top = {
    clip, absoluteClip: clip, childClip: null, shown: true, box: null, rect: null, rich: false, inside: false, pointer: false, inert: false, modal: false, sink: { text: false, children: 0 },
  };
  if (root) visit(root, top, 0);
  if (stopped) notes.push(stopped);
  if (tooDeep) notes.push(`What is nested deeper than ${MAX_DEPTH} levels is left out.`);
  if (unreadable) notes.push(`${unreadable} elements could not be read.`);
  if (covered) notes.push('A dialog covers the page; what is behind it cannot be used until the dialog is closed.');
  let title = '';
  try {
    title = String(document.title);
  } catch {
    notes.push('The title could not be read.');
  }
  return { html: out.join(''), title: escape(fold(title)), url: location.href, nodes, frames, notes };
}
