/* What a person could bring into view: boxes, what clips them, and where they lie in the window. */
const FAINT = 0.05; // less opacity than this cannot be seen
const ABOVE = 1;
const BELOW = 2;
const LEFT = 4;
const RIGHT = 8;
const IN_VIEW = 16;
const SIDES = { [ABOVE]: 'above', [BELOW]: 'below', [LEFT]: 'left', [RIGHT]: 'right' };

const meet = (one, other) => ({
  left: Math.max(one.left, other.left),
  top: Math.max(one.top, other.top),
  right: Math.min(one.right, other.right),
  bottom: Math.min(one.bottom, other.bottom),
});
const boxOf = (rect) => {
  const left = rect.x;
  const top = rect.y;
  return { left, top, right: left + rect.width, bottom: top + rect.height };
};
const seen = (box, clip) =>
  Math.min(box.right, clip.right) - Math.max(box.left, clip.left) > 1 &&
  Math.min(box.bottom, clip.bottom) - Math.max(box.top, clip.top) > 1;
const isInside = (box, clip) =>
  box.left >= clip.left && box.top >= clip.top && box.right <= clip.right && box.bottom <= clip.bottom && seen(box, clip);
/** On which side of what is in view a box lies wholly. */
const sideOf = (box, view) => {
  if (box.bottom <= view.top) return ABOVE;
  if (box.top >= view.bottom) return BELOW;
  if (box.right <= view.left) return LEFT;
  return box.left >= view.right ? RIGHT : IN_VIEW;
};

const hides = (overflow) => overflow === 'hidden' || overflow === 'clip';
const scrolls = (overflow) => overflow === 'auto' || overflow === 'scroll' || overflow === 'overlay';

/** What of a document the window can ever show: all to the right and below, nothing left of or above it. */
const pageClip = (root, body, view) => {
  const across = hides(styleOf(root).overflowX) || (body !== null && hides(styleOf(body).overflowX));
  return {
    left: -view.scrollX,
    top: -view.scrollY,
    right: across ? view.innerWidth : Math.max(view.innerWidth, root.scrollWidth - view.scrollX),
    bottom: Infinity,
  };
};
/** What clips the content of an element, given what clips the element itself. */
const innerClip = (element, style, overflowX, clip, level) => {
  const overflowY = style.overflowY;
  const box = level.measure();
  const shown = seen(box, clip);
  const inner = { left: clip.left, top: clip.top, right: clip.right, bottom: clip.bottom };
  if (shown && scrolls(overflowX)) {
    inner.left = -Infinity;
    inner.right = Infinity;
  } else {
    inner.left = Math.max(inner.left, box.left);
    inner.right = Math.min(inner.right, box.right);
  }
  if (shown && scrolls(overflowY)) {
    inner.top = -Infinity;
    inner.bottom = Infinity;
  } else {
    inner.top = Math.max(inner.top, box.top);
    inner.bottom = Math.min(inner.bottom, box.bottom);
  }
  return inner;
};
const CLIPPED_AWAY =
  /^(rect\((0|1px)|inset\((50|[6-9]\d|100)%|circle\(0|ellipse\(0|polygon\(0(px|%)? 0(px|%)?(, 0(px|%)? 0(px|%)?)*\))/;
const isClippedAway = (style, placed) => {
  const path = style.clipPath;
  if (path !== 'none' && CLIPPED_AWAY.test(path)) return true;
  return placed && CLIPPED_AWAY.test(style.clip);
};
/** Whether something fixed hangs on an ancestor that is moved about, and so on the page and not the window. */
const isMoved = (element) => {
  for (let at = parentElement(element); at; at = parentElement(at)) {
    const style = styleOf(at);
    if (style.transform !== 'none' || style.filter !== 'none' || style.perspective !== 'none') return true;
  }
  return false;
};

/* One document: the page's, or that of a frame in the same process. */
class Scene {
  constructor(document, around) {
    this.document = document;
    this.root = DOCUMENT_ELEMENT.call(document);
    this.body = BODY.call(document);
    const view = DEFAULT_VIEW.call(document);
    this.width = view.innerWidth;
    this.height = view.innerHeight;
    this.window = { left: 0, top: 0, right: this.width, bottom: this.height };
    this.clip = this.root ? pageClip(this.root, this.body, view) : this.window;
    this.view = around ? meet(this.window, around) : this.window;
    this.modals = [];
    this.modalPath = new Set();
    this.hits = 0;
    if (this.root && this.width > 1 && this.height > 1) {
      this.modals = findModals(this);
      if (this.modals.length) this.modals = withFloaters(this, this.modals);
      for (const modal of this.modals) for (let at = modal; at; at = up(at)) this.modalPath.add(at);
    }
  }
}

// ---- a modal dialog covers the rest ---------------------------------------------------------------------
const MAX_HITS = 500;
const hit = (scene, x, y) => {
  let found = FROM_POINT.call(scene.document, x, y);
  for (let depth = 0; found && depth < 20; depth += 1) {
    const shadow = shadowRoot(found);
    const inner = shadow && shadow.elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return found;
};
const middleHit = (scene, element) => {
  const box = meet(boxOf(rectOf(element)), scene.window);
  return box.right > box.left && box.bottom > box.top
    ? hit(scene, (box.left + box.right) / 2, (box.top + box.bottom) / 2)
    : null;
};
const fixedAncestor = (element) => {
  for (let at = element; at && nodeType(at) === 1; at = up(at)) if (styleOf(at).position === 'fixed') return at;
  return null;
};
const CROWD = 1000;
const SLOW_HIT = 1000; // milliseconds, so that a busy machine changes nothing
/** Whether so much stands in one line of text that Chromium takes seconds to say what lies at a point. */
const isCrowded = (scene) => {
  for (const one of QUERY_DOCUMENT.call(scene.document, `:nth-child(${CROWD})`)) {
    if (styleOf(one).display.startsWith('inline')) return true;
  }
  return false;
};
const POINTS = [[0.02, 0.02], [0.98, 0.02], [0.02, 0.98], [0.98, 0.98], [0.5, 0.02], [0.02, 0.5]];
/** What stands at most places of the window and is fixed there as large as the window, or null. */
const findCover = (scene) => {
  const votes = new Map();
  const begun = performance.now();
  for (const [x, y] of POINTS) {
    if (performance.now() - begun > SLOW_HIT) return null;
    const found = hit(scene, x * scene.width, y * scene.height);
    const fixed = found && fixedAncestor(found);
    if (fixed && fixed !== scene.root && fixed !== scene.body) votes.set(fixed, (votes.get(fixed) || 0) + 1);
  }
  let cover = null;
  for (const [fixed, count] of votes) {
    const box = boxOf(rectOf(fixed));
    const whole = box.left <= 1 && box.top <= 1 && box.right >= scene.width - 1 && box.bottom >= scene.height - 1;
    if (count >= 3 && whole) cover = fixed;
  }
  return cover;
};
const findModals = (scene) => {
  const native = [...QUERY_DOCUMENT.call(scene.document, 'dialog[open]')].filter((dialog) => matches(dialog, ':modal'));
  if (native.length || isCrowded(scene)) return native.slice(-1);
  const declared = [...QUERY_DOCUMENT.call(scene.document, '[aria-modal="true"]')].slice(0, 100)
    .filter((dialog) => isRendered(dialog) && within(dialog, middleHit(scene, dialog)));
  if (declared.length) return declared.slice(-1);
  const cover = findCover(scene);
  if (!cover || !scene.body) return [];
  const centre = hit(scene, scene.width / 2, scene.height / 2);
  const dialog = centre && fixedAncestor(centre);
  const apart = dialog && dialog !== cover;
  const inside = cover.innerText.length + (apart ? dialog.innerText.length : 0);
  // An application that lives in a fixed root is no dialog: a dialog leaves more behind it than it holds.
  if (scene.body.innerText.length < 2 * inside) return [];
  return apart ? [cover, dialog] : [cover];
};
const GRID = { across: 20, down: 14 };
/** The modal dialogs with what floats above them (a message, a chat); none where the page can be reached beside them. */
const withFloaters = (scene, modals) => {
  const outside = new Map();
  let count = 0;
  for (let at = 0; at < GRID.across * GRID.down; at += 1) {
    const x = (((at % GRID.across) + 0.5) / GRID.across) * scene.width;
    const y = ((Math.floor(at / GRID.across) + 0.5) / GRID.down) * scene.height;
    const found = hit(scene, x, y);
    if (!found || modals.some((modal) => within(modal, found))) continue;
    outside.set(found, (outside.get(found) || 0) + 1);
    count += 1;
  }
  const most = Math.max(0, ...[...outside].map(([found, hits]) => (found === scene.body || found === scene.root ? 0 : hits)));
  // Behind a dialog lies one thing that takes all clicks. Where many do, the dialog only stands beside the page.
  if (count > (GRID.across * GRID.down) / 3 && most < count / 2) return [];
  const floaters = new Set();
  for (const found of outside.keys()) {
    const fixed = fixedAncestor(found);
    if (!fixed || fixed === scene.body || fixed === scene.root || modals.some((modal) => within(fixed, modal))) continue;
    const box = boxOf(rectOf(fixed));
    if (box.right - box.left < scene.width - 1 || box.bottom - box.top < scene.height - 1) floaters.add(fixed);
  }
  return [...modals, ...floaters];
};
/** Whether what is no part of the modal dialog lies behind it; what floats may lie above it. */
const isCovered = (scene, element, style) => {
  const position = style.position;
  if (position !== 'fixed' && position !== 'absolute') return true;
  scene.hits += 1;
  return scene.hits > MAX_HITS || !within(element, middleHit(scene, element));
};
