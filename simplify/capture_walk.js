/* The walk: every element once, in reading order, without recursion. */
const MAX_WRITTEN_DEPTH = 200;
const SKIPPED = new Set([
  'script', 'style', 'template', 'noscript', 'head', 'meta', 'link', 'base', 'title', 'param', 'source',
  'track', 'col', 'colgroup', 'datalist', 'object', 'embed', 'map', 'area', 'noframes', 'hr', 'wbr', 'option',
  'optgroup', 'desc', 'metadata', 'defs',
]);
const KEPT = new Set([
  'form', 'fieldset', 'legend', 'nav', 'main', 'header', 'footer', 'aside', 'section', 'article', 'h1',
  'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'tr', 'td', 'th', 'caption',
  'p', 'label', 'details', 'summary', 'dialog', 'blockquote', 'figcaption', 'pre', 'menu', 'search',
  'address', 'output',
]);
const ROW_GROUPS = new Set(['tbody', 'thead', 'tfoot']);
const ORNAMENTS = new Set(['span', 'i', 'b', 'em']);
const FIELDS = new Set(['input', 'select', 'textarea']);

let notes = [];
let elements = 0;
let unreadable = 0;
let covered = 0;
let stopped = '';
let tooDeep = false;

/* An element that the walk is in, with what its descendants have from it. */
class Level {
  constructor(element, around, scene) {
    this.element = element;
    this.around = around;
    this.scene = scene;
    this.style = null;
    this.box = null; // the level whose box the text lies in: inline text lies in its block's
    this.rect = null;
    this.bounds = null;
    this.clip = around === null ? scene.clip : around.inner;
    this.inner = this.clip; // what clips the content
    this.absoluteInner = around === null ? scene.clip : around.absoluteInner;
    this.shown = null; // whether its visibility is on, once somebody asked
    this.rich = false;
    this.faint = false;
    this.inside = around === null ? NOT_A_TARGET : around.inside;
    this.pointer = around === null ? false : around.pointer;
    this.inert = around !== null && around.inert;
    this.modal = around !== null && around.modal;
    this.form = false;
    this.list = null; // children that are no siblings
    this.at = 0;
    // What was written of it.
    this.sink = null; // the level that counts what is written here
    this.start = 0;
    this.firstRef = 0;
    this.open = '';
    this.tag = '';
    this.isBlock = false;
    this.target = NOT_A_TARGET;
    this.said = false;
    this.text = false;
    this.pictured = false; // whether a picture that says something was written in it
    this.count = 0;
    this.depth = 0;
    this.only = -1; // where the one thing that it holds was written
    this.sides = 0;
    this.outside = null; // what of it lies outside the window: places in `out`, and sides
  }

  measure() {
    if (this.bounds === null) this.bounds = boxOf(RECT.call(this.element));
    return this.bounds;
  }

  isShown() {
    if (this.shown === null) this.shown = this.style === null || this.style.visibility === 'visible';
    return this.shown;
  }

  isSeen() {
    return this.isShown() && seen(this.measure(), this.clip);
  }

  side() {
    return sideOf(this.measure(), this.scene.view);
  }

  /** Something was written in it at a place, and lies on a side of the window. */
  holds(slot, side) {
    const sink = this.sink;
    sink.count += 1;
    sink.only = slot;
    if (side !== 0) sink.lies(slot, side);
  }

  lies(slot, side) {
    this.sides |= side;
    if (side === IN_VIEW) return;
    if (this.outside === null) this.outside = [];
    this.outside.push(slot, side);
  }

  says(side) {
    this.sink.text = true;
    this.sink.sides |= side;
  }

  /** On which one side all of it lies, or IN_VIEW; what lies elsewhere than the rest is marked. */
  settle() {
    const sides = this.sides;
    if (sides === 0 || (sides & (sides - 1)) === 0) return sides;
    if (this.outside !== null) {
      for (let at = 0; at < this.outside.length; at += 2) {
        out[this.outside[at]] += ` data-out='${SIDES[this.outside[at + 1]]}'`;
      }
    }
    return IN_VIEW;
  }
}

// ---- text -----------------------------------------------------------------------------------------------
const range = document.createRange();
const WRITTEN = /\S/;
const visitText = (node, level) => {
  const text = node.data;
  if (!WRITTEN.test(text)) {
    if (text) writeSpace();
    return;
  }
  if (!level.isShown() || (level.scene.modals.length !== 0 && !level.modal)) return;
  const block = level.box;
  let bounds = block.measure();
  if (bounds.right - bounds.left <= 0 || bounds.bottom - bounds.top <= 0) {
    range.selectNodeContents(node); // a box of no size may let its text hang out
    bounds = boxOf(range.getBoundingClientRect());
  }
  if (!seen(bounds, level.inner)) return;
  writeText(text);
  level.says(sideOf(bounds, level.scene.view));
};

// ---- elements -------------------------------------------------------------------------------------------
/** Whether an element on a control says nothing and only bears a look: an icon, a line; most controls have some. */
const isOrnament = (element, tag) =>
  ORNAMENTS.has(tag) && element.firstChild === null && element.shadowRoot === null && !rich.has(element);
/** Reads an element; returns its level where its children have to be visited, or null. */
const enter = (element, tag, around) => {
  if (SKIPPED.has(tag) || (around.inside === A_CONTROL && isOrnament(element, tag))) return null;
  const style = getComputedStyle(element);
  const display = style.display;
  if (display === 'none') return null;
  const opacity = style.opacity;
  const faint = opacity !== '1' && Number(opacity) < FAINT;
  if (faint && !FIELDS.has(tag)) return null;
  const scene = around.scene;
  const outsideModal = scene.modals.length !== 0 && !around.modal;
  if (outsideModal && !scene.modalPath.has(element) && isCovered(scene, element, style)) {
    covered += 1;
    return null;
  }
  const level = new Level(element, around, scene);
  level.style = style;
  level.faint = faint;
  level.sink = around.sink;
  level.depth = around.depth;
  if (outsideModal) level.modal = scene.modals.includes(element) || !scene.modalPath.has(element);
  level.form = tag === 'form';
  level.rich = rich.has(element);
  if (level.rich && !level.inert) level.inert = attributeOf(element, 'inert') !== null;
  if (around.inside === NOT_A_TARGET) level.pointer = style.cursor === 'pointer';
  if (!place(element, tag, display, style, level)) return null;

  if (tag === 'input') visitInput(element, level);
  else if (tag === 'select') visitSelect(element, level);
  else if (tag === 'textarea') visitField(element, tag, level, '', element.value.slice(0, MAX_ATTRIBUTE));
  else if (tag === 'img') visitImage(element, level);
  else if (tag === 'br') write('<br/>');
  else if (tag === 'video' || tag === 'audio' || tag === 'canvas') visitPlayer(element, tag, level);
  else if (tag === 'iframe' || tag === 'frame') return visitFrame(element, level);
  else if (tag !== 'svg' || visitDrawing(element, level)) return visitContainer(element, tag, display, level);
  return null;
};

/** Finds out what clips the element and its content; false where nothing of it can be seen. */
const place = (element, tag, display, style, level) => {
  const around = level.around;
  const scene = level.scene;
  if (display === 'contents') {
    level.box = around.box;
    return true;
  }
  const inline = display === 'inline';
  const apart = around.inner !== around.absoluteInner;
  if (inline && !apart) {
    level.box = around.box;
    return true;
  }
  const position = style.position;
  const placed = position !== 'static';
  level.box = inline && !placed ? around.box : level;
  if (position === 'absolute') level.clip = around.absoluteInner;
  else if (position === 'fixed' && !isMoved(element)) level.clip = scene.window;
  level.inner = level.clip;
  if (placed) level.absoluteInner = level.clip;
  if (inline) return true;
  // Such rules are written for classes, ids and attributes, hardly ever for every element of a kind.
  if (HAS_ATTRIBUTES.call(element) && (isClippedAway(style, placed) || style.contentVisibility === 'hidden')) return false;
  const overflow = style.overflowX;
  if (overflow !== 'visible' && element !== scene.root && element !== scene.body && !FIELDS.has(tag)) {
    level.inner = innerClip(element, style, overflow, level.clip, level);
    if (placed) level.absoluteInner = level.inner;
  }
  return true;
};

const visitContainer = (element, tag, display, level) => {
  const around = level.around;
  const role = (level.rich && attributeOf(element, 'role')) || '';
  if (COLLECTIONS.has(tag) && level.pointer && !around.pointer) level.pointer = tag === 'body' || tag === 'html';
  let target = level.scene.modals.length && !level.modal ? NOT_A_TARGET : reaction(element, tag, role, level);
  if (target && (level.style.pointerEvents === 'none' || !spans(element, display, level))) target = NOT_A_TARGET;
  const kept = KEPT.has(tag) || (tag === 'a' && target !== NOT_A_TARGET) || tag === 'button';
  const inline = display === 'inline' || display === 'contents' || ROW_GROUPS.has(tag);
  const block = !inline && (!display.startsWith('inline-') || (tag === 'div' && isCell(element)));
  const named = level.rich && (attributeOf(element, 'aria-label') !== null || attributeOf(element, 'aria-labelledby') !== null);
  const said = named || role !== '';
  if (target) level.inside = target;
  const written = kept || target || said || block;
  if (!written || level.depth > (target ? 4 : 1) * MAX_WRITTEN_DEPTH) {
    if (kept || target || said) tooDeep = true;
    if (!inline || display === 'contents') {
      level.isBlock = true;
      writeSpace();
    }
  } else {
    begin(element, tag, kept ? tag : block ? 'div' : 'span', role, target, named, level);
    level.said = said;
    level.isBlock = block || kept;
    if (level.isBlock) spaced = true;
  }
  children(element, tag, level);
  return level;
};
/** Whether a block that stands in a line is one of several alike things of several parts: a card in a grid. */
const isCell = (element) => element.firstElementChild !== element.lastElementChild && sameKind(element);
/** Whether something inline begins with text, in a block of which nothing is clipped: it need not be measured. */
const flowsInView = (element, level) => {
  const block = level.box;
  if (block === level || block.inner !== block.clip) return false;
  const child = firstChild(element);
  return child !== null && child.nodeType === 3 && WRITTEN.test(child.data) && isInside(block.measure(), level.clip);
};
/** Whether a person can see the thing itself, or something of it that hangs out of its own box. */
const spans = (element, display, level) => {
  if (!level.isShown()) return false;
  if (display === 'contents' || (display === 'inline' && flowsInView(element, level))) return true;
  const box = level.measure();
  if (seen(box, level.clip)) return true;
  return (box.right - box.left <= 1 || box.bottom - box.top <= 1) && (firstChild(element) || shadowRoot(element)) !== null;
};
const begin = (element, tag, written, role, target, named, level) => {
  let open = `<${written}`;
  level.firstRef = nodes.length;
  if (role) open += attribute('role', role);
  if (role === 'heading') open += attribute('aria-level', attributeOf(element, 'aria-level'));
  if (target) open += targetAttributes(element, tag, role, level);
  if (tag === 'details') open += flag('open', element.open);
  if (tag === 'form') open += postsOf(element, null);
  if (named) open += attribute('aria-label', ariaName(element));
  level.open = open;
  level.tag = written;
  level.target = target;
  level.depth += 1;
  level.start = writeTag('', '');
  level.sink = level;
};

const children = (element, tag, level) => {
  if (tag === 'slot') {
    const assigned = element.assignedNodes({ flatten: true });
    if (assigned.length) level.list = assigned;
  } else if (tag === 'details' && !element.open) {
    let child = firstChild(element);
    while (child && !(nodeType(child) === 1 && localName(child) === 'summary')) child = nextSibling(child);
    level.list = child ? [child] : [];
  }
};
const first = (level) => {
  if (level.list !== null) return level.list.length ? level.list[0] : null;
  const element = level.element;
  if (level.form) return firstChild(element);
  const shadow = element.shadowRoot;
  if (shadow === null) return element.firstChild;
  roots.push(shadow);
  collectRich(shadow.querySelectorAll(RICH));
  return shadow.firstChild;
};
const next = (node, isForm, level) => {
  if (level.list === null) return isForm ? nextSibling(node) : node.nextSibling;
  level.at += 1;
  return level.at < level.list.length ? level.list[level.at] : null;
};

// ---- closing --------------------------------------------------------------------------------------------
const isOfKind = (other, tag, kind) => other !== null && other.localName === tag && other.className === kind;
/** Whether a plain block stands beside another of its tag and class. */
const sameKind = (block) => {
  const kind = block.className;
  if (!kind) return false;
  const tag = block.localName;
  return isOfKind(block.previousElementSibling, tag, kind) || isOfKind(block.nextElementSibling, tag, kind);
};
const takeBack = (level) => {
  unwrite(level.start);
  nodes.length = level.firstRef;
  writeSpace();
};
const leave = (level) => {
  if (level.sink !== level) {
    if (level.isBlock) writeSpace();
    return;
  }
  const { element, tag, target, around, start } = level;
  const empty = !level.text && level.count === 0;
  if (empty && !standsEmpty(element, level)) {
    takeBack(level);
    return;
  }
  if (!target && level.rich && !level.inside && nodes.length === level.firstRef && isFocusable(element, level)) {
    level.open += `${register(element)}${flag('disabled', level.inert)} data-click=''`;
  }
  const bare = tag === 'div' && level.open === '<div';
  const item = tag === 'div' && sameKind(element);
  if (bare && !level.text && level.count === 1) {
    dissolve(level, item);
    return;
  }
  const name = target && !level.text ? unseenName(element, level) : '';
  out[start] = level.open + name + flag('data-item', item);
  out[start + 1] = '>';
  characters += level.open.length + tag.length;
  write(`</${tag}>`);
  spaced = level.isBlock;
  let side = level.settle();
  if (side === 0 && level.target) side = level.side();
  if (level.pictured) around.sink.pictured = true;
  around.holds(start, side);
};
/** Whether a container in which nothing is written is something by itself. */
const standsEmpty = (element, level) => {
  if (level.tag === 'iframe') return true;
  if (level.target) return level.isSeen();
  return level.said && level.tag === 'span' && / aria-label='/.test(level.open) && level.isSeen();
};
/** What has no role and holds no control, yet takes the focus: a control of the page's own making, perhaps. */
const isFocusable = (element, level) => {
  const index = attributeOf(element, 'tabindex');
  return index !== null && Number(index) >= 0 && attributeOf(element, 'role') === null &&
    !scrolls(level.style.overflowX) && !scrolls(level.style.overflowY) && plainText(element, 101).length <= 100;
};
/** A wrapper around one thing says nothing; what it says of itself goes to that thing. */
const dissolve = (level, item) => {
  if (level.pictured) level.around.sink.pictured = true;
  if (item && !out[level.only].endsWith(" data-item=''")) out[level.only] += " data-item=''";
  if (level.outside !== null) level.around.holds(level.outside[0], level.outside[1]);
  else level.around.holds(level.only, level.sides);
};

// ---- the loop -------------------------------------------------------------------------------------------
const walk = (root, top, limits) => {
  let level = top;
  let node = root;
  for (;;) {
    if (node === null || stopped) {
      const done = level;
      if (done === top) return;
      level = done.around;
      try {
        node = next(done.element, done.form, level);
        leave(done);
      } catch {
        unreadable += 1;
      }
      continue;
    }
    // This is the innermost loop, so it asks nodes themselves. What is no number is a form's own field.
    const type = node.nodeType;
    let isForm = false;
    if (type === 3) visitText(node, level);
    else if (type === 1 || typeof type !== 'number') {
      const tag = node.localName;
      isForm = tag === 'form' || typeof tag !== 'string';
      const inner = enterSafely(node, isForm ? 'form' : tag, level, limits);
      if (inner !== null) {
        level = inner;
        node = first(inner);
        continue;
      }
    }
    node = next(node, isForm, level);
  }
};
const enterSafely = (element, tag, level, limits) => {
  elements += 1;
  if (elements > limits.maxElements) {
    stopped = `The page has more than ${limits.maxElements} elements; what comes after them is left out.`;
  } else if ((elements & 127) === 0) {
    if (performance.now() > limits.end) stopped = 'The page took too long to read; what comes after this point is left out.';
    else if (characters > MAX_CHARACTERS) stopped = 'The page says too much; what comes after this point is left out.';
  }
  if (stopped) return null;
  const mark = out.length;
  try {
    return enter(element, tag, level);
  } catch {
    unreadable += 1; // this element alone is lost; what it had begun to say is taken back
    unwrite(mark);
    return null;
  }
};
