/* Frames, and what Python calls: one reader lives in each process that shows a part of the page. */
const MAX_FRAME_DEPTH = 10;
const captures = new Map(); // the elements behind the refs, by capture
const remoteNumbers = new WeakMap(); // iframes whose documents live in other processes
const remoteFrames = new Map();
let remoteCount = 0;
let frames = 0;
let maxFrames = 0; // how many may be entered, and how deep the outermost document of this process lies
let frameDepth = 0;
let leftOut = 0;
let remote = [];
let roots = []; // the documents and shadow roots that were entered

/* Whether anything happened in the documents since they were read last; what only looks different is nothing. */
const STYLING = /^(style|class|d|transform)$/;
let freshKey = '';
let forgetChanges = () => {};
const isNews = ({ type, attributeName }) => type !== 'attributes' || !STYLING.test(attributeName);
const followChanges = (key) => {
  forgetChanges();
  const observer = new MutationObserver((mutations) => {
    if (mutations.some(isNews)) forgetChanges();
  });
  for (const root of roots) {
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  }
  freshKey = key;
  forgetChanges = () => {
    freshKey = '';
    observer.disconnect();
  };
};

const sideLevel = (level) => (level.isShown() ? level.side() : 0);
const documentOf = (iframe) => {
  try {
    return iframe.contentDocument;
  } catch {
    return null;
  }
};
const isBlank = (inner) => URL_OF.call(inner) === 'about:blank';
const depthOf = (scene) => {
  let depth = 0;
  for (let at = scene; at.outer; at = at.outer) depth += 1;
  return depth;
};
/** Enters the document of a frame in the same process; leaves a mark for one in another. */
const visitFrame = (element, level) => {
  if (!level.isSeen() || element.clientWidth <= 1 || element.clientHeight <= 1) return null; // a border alone shows nothing
  const title = attribute('title', attributeOf(element, 'title') || ariaName(element));
  if (frames >= maxFrames || frameDepth + depthOf(level.scene) >= MAX_FRAME_DEPTH) {
    leftOut += 1;
    return null;
  }
  frames += 1;
  const inner = documentOf(element);
  if (inner === null) {
    writeLeaf(`<iframe data-frame='${remote.length}'${title}`, level);
    remote.push([numberOf(element), frameDepth + depthOf(level.scene) + 1]);
    return null;
  }
  const address = element.src || '';
  if (isBlank(inner) && /^https?:/.test(address)) notes.push(`The frame ${address.slice(0, 100)} has not loaded yet.`);
  const root = DOCUMENT_ELEMENT.call(inner);
  if (root === null) return null;
  roots.push(inner);
  collectRich(QUERY_DOCUMENT.call(inner, RICH));
  const box = level.measure();
  const view = level.scene.view;
  const scene = new Scene(inner, { left: view.left - box.left, top: view.top - box.top, right: view.right - box.left, bottom: view.bottom - box.top });
  scene.outer = level.scene;
  level.scene = scene;
  level.clip = level.inner = level.absoluteInner = scene.clip;
  level.style = null;
  level.shown = true;
  level.pointer = false;
  level.inside = NOT_A_TARGET;
  level.modal = false;
  level.firstRef = nodes.length;
  level.open = `<iframe${title}`;
  level.tag = 'iframe';
  level.isBlock = true;
  level.start = writeTag('', '');
  level.sink = level;
  level.depth += 1;
  level.rich = false;
  level.list = [root];
  spaced = true;
  return level;
};
const numberOf = (iframe) => {
  let number = remoteNumbers.get(iframe);
  if (number === undefined) {
    number = remoteCount;
    remoteCount += 1;
    remoteNumbers.set(iframe, number);
    remoteFrames.set(number, new WeakRef(iframe));
  }
  return number;
};

const begins = (options) => {
  prefix = options.prefix;
  maxFrames = options.maxFrames;
  frameDepth = options.frameDepth;
  out = [];
  characters = 0;
  spaced = true;
  nodes = [];
  links = new Map();
  rich = new Set();
  replaced = new Set();
  labelMaps = new Map();
  notes = [];
  elements = unreadable = covered = frames = leftOut = 0;
  stopped = '';
  tooDeep = false;
  remote = [];
  roots = [document];
};
const conclude = () => {
  if (stopped) notes.push(stopped);
  if (tooDeep) notes.push('What is nested very deeply is shown without its structure.');
  if (leftOut) notes.push(`${leftOut} frames are left out: there are too many, or one holds itself.`);
  if (unreadable) notes.push(`${unreadable} elements could not be read.`);
  if (covered) notes.push('A dialog covers the page; what is behind it cannot be used until the dialog is closed.');
};
/** Reads the document, and those of the frames in this process; keeps the elements under `options.key`, and lets go of
    those under `options.instead`. */
const read = (options) => {
  const limits = { end: performance.now() + options.milliseconds, maxElements: options.maxElements };
  begins(options);
  const scene = new Scene(document, null);
  const top = new Level(scene.root, null, scene);
  top.sink = top.box = top;
  top.bounds = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
  collectRich(QUERY_DOCUMENT.call(document, RICH));
  if (scene.root) walk(scene.root, top, limits);
  top.settle();
  conclude();
  captures.delete(options.instead);
  captures.set(options.key, nodes);
  followChanges(options.key);
  const said = {
    html: out.join(''), title: escape(fold(TITLE.call(document).slice(0, 2000))), url: location.href, notes,
    remote, frames, elements, document: performance.timeOrigin,
  };
  begins(options); // the elements of the page are held by the capture alone
  return said;
};

/** How many frames around it an element stands in, and its document's address; null when it has left. */
const whereabouts = (node) => {
  if (!node || !IS_CONNECTED.call(node)) return null;
  let view = DEFAULT_VIEW.call(OWNER_DOCUMENT.call(node));
  if (view === null) return null;
  const url = view.location.href;
  let depth = 0;
  for (; view !== window && depth < 100; view = view.parent) depth += 1;
  return [depth, url];
};
const nodeOf = (key, index) => {
  const kept = captures.get(key);
  return (kept && kept[index]) || null;
};
/** Where in a capture a node of an earlier one stands; -1 where it does not. */
const whichNode = (earlier, index, key) => {
  const node = nodeOf(earlier, index);
  return node === null ? -1 : (captures.get(key) || []).indexOf(node);
};
/** Where a point of a frame's document lies in the window of this process's outermost document; null where something else
    lies over the frame, or it has left. */
const outward = (frame, x, y) => {
  for (let at = frame; at; ) {
    const view = DEFAULT_VIEW.call(OWNER_DOCUMENT.call(at));
    if (view === null || !IS_CONNECTED.call(at)) return null;
    const box = rectOf(at);
    const style = styleOf(at);
    const scale = at.offsetWidth ? (box.right - box.left) / at.offsetWidth : 1;
    x = box.left + (at.clientLeft + parseFloat(style.paddingLeft) + x) * scale;
    y = box.top + (at.clientTop + parseFloat(style.paddingTop) + y) * scale;
    if (ROOT_NODE.call(at).elementFromPoint(x, y) !== at) return null;
    if (view === window) return [x, y];
    at = view.frameElement;
  }
  return null;
};
const remoteOf = (number) => {
  const kept = remoteFrames.get(number);
  return (kept && kept.deref()) || null;
};
const reader = {
  read,
  node: nodeOf,
  wasPassword: (element) => werePasswords.has(element),
  isFresh: (key) => freshKey === key,
  whereIsNode: (key, index) => whereabouts(nodeOf(key, index)),
  whichNode,
  frame: remoteOf,
  whereIsFrame: (number) => whereabouts(remoteOf(number)),
  outward,
  outwardOf: (number, x, y) => outward(remoteOf(number), x, y),
  release: (key) => captures.delete(key),
  beside: {}, // functions of the caller's own
  ask: (name, ...all) => reader.beside[name](...all),
  askOf: (key, index, name, ...all) => reader.beside[name](nodeOf(key, index), ...all),
};
return reader;
