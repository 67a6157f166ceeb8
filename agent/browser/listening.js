/* Hears what a person does on the part of a page that this process shows, and tells Python of it, in order.

   It stands beside the reader, in a world of its own: the page can neither see nor call it. It listens before the page
   does, so that the page is read as the person saw it when the hand came down; what the page makes of the press comes
   later. Only what the browser itself vouches for counts (`isTrusted`).

   An act is told when it is done: a press when the button is let go, a text when Enter is pressed or the field is left,
   and all that is under way when the document goes away. */
const CHANNEL = 'simagentHeard';
const READING = { prefix: 'now:', milliseconds: 3000, maxElements: 300000, maxFrames: 60, frameDepth: 0 };
const STEADY = 8; // CSS pixels that a hand may move between pressing and letting go
const AFTERMATH = 400; // milliseconds within which clicks are the browser's own answer to a press or a key
const NEWLINE = 50; // milliseconds within which Enter becomes a new line, where it does
const CHOOSING = 1500; // milliseconds after which a choice made by keys stands
const CALM = 250; // milliseconds without news, after which the page is worth another look
const LONGEST_WAIT = 1500;

const PLAIN_TYPES = new Set([
  'text', 'search', 'email', 'url', 'tel', 'password', 'number', 'range', 'date', 'time', 'datetime-local', 'month', 'week',
  'color',
]);
const BY_ENTER = 'a[href], area[href], button, summary, input:is([type="button"], [type="submit"], [type="reset"], [type="image"], [type="file"])';
const BY_SPACE = 'button, summary, input:is([type="checkbox"], [type="radio"], [type="button"], [type="submit"], [type="reset"], [type="image"], [type="file"])';
const BY_EITHER = [
  'button', 'link', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'tab', 'option', 'treeitem', 'checkbox', 'radio', 'switch',
].map((role) => `[role="${role}"]`).join(', ');
const HOLDERS = '[role="listbox"], [role="menu"], [role="grid"], [role="tree"], [role="combobox"], [aria-activedescendant]';

// ---- telling --------------------------------------------------------------------------------------------
const untold = [];
const send = (message) => {
  untold.push(JSON.stringify({ ...message, address: location.href }));
  const channel = globalThis[CHANNEL];
  if (typeof channel !== 'function') return;
  while (untold.length) channel(untold.shift());
};

// ---- reading the page as it is now ----------------------------------------------------------------------
let takes = 0;
let lastKey = '';
/** The page as it is now, and where in what was said its elements stand. */
const take = () => {
  const key = `heard-${(takes += 1)}`;
  const places = new Map();
  let said = null;
  try {
    said = reader.read({ ...READING, key, instead: lastKey });
    lastKey = key;
    for (let at = 0, node = reader.node(key, 0); node; node = reader.node(key, (at += 1))) places.set(node, at);
  } catch {
    said = null; // a document that falls apart just now
  }
  return { said, places };
};
const viewOf = (node) => (node.nodeType === 9 ? node : node.ownerDocument).defaultView;
const frameOf = (element) => {
  const view = viewOf(element);
  return view && view !== window ? view.frameElement : null;
};
const lookOrNull = (which) => {
  try {
    return which && lookAt(which);
  } catch {
    return null;
  }
};
const looksWith = (element) => [lookOrNull(document), element && frameOf(element) ? lookOrNull(element.ownerDocument) : null];

let held = null; // what was acted on last, and the watch over it
const grasp = (element) => (element && element.isConnected && viewOf(element) ? { element, watch: watchOver(element) } : null);
const hold = (grasped) => {
  if (held && held !== grasped) held.watch.stop();
  held = grasped;
};
/** What became of what was acted on last, and what can be read now. */
const after = () => {
  let facts = null;
  try {
    facts = held ? held.watch.report() : null;
  } catch {
    facts = null;
  }
  return { facts, looks: looksWith(held && held.element.isConnected ? held.element : null) };
};

/** The same box in the window of this process's outermost document. */
const boxOf = (element) => {
  const shown = element.localName === 'option' ? element.closest('select') || element : element;
  const { x, y, width, height } = shown.getBoundingClientRect();
  const [left, top] = outwardOf(element, x, y);
  return [left, top, width, height];
};
const outwardOf = (element, x, y) => {
  let left = x;
  let top = y;
  for (let frame = frameOf(element); frame; frame = frameOf(frame)) {
    const around = frame.getBoundingClientRect();
    left += around.x + frame.clientLeft;
    top += around.y + frame.clientTop;
  }
  return [left, top];
};

const pathOf = (element) => {
  const path = [];
  for (let at = element; at; at = at.assignedSlot || at.parentNode || at.host || null) path.push(at);
  return path;
};
const candidatesIn = (path, places) => {
  const found = [];
  const add = (node) => {
    if (places.has(node) && !found.includes(node)) found.push(node);
  };
  for (const node of path) {
    if (node.nodeType !== 1) continue;
    add(node);
    if (node.localName === 'label' && node.control) add(node.control);
    for (const label of node.labels || []) add(label);
  }
  return found;
};
const MOST_INSIDE = 12;
/** Where the things stand that lie in another: a press on their hull may be a press on them. */
const insideOf = (hull, places) => {
  const found = [];
  for (const [node, place] of places) {
    if (node !== hull && node.localName !== 'option' && hull.contains(node)) found.push(place);
    if (found.length > MOST_INSIDE) return [];
  }
  return found;
};
/** The page before an act, and what the act is done with. */
const sceneOf = (path, { only = null } = {}) => {
  const previous = held ? after() : null;
  const { said, places } = take();
  const found = only ? [only].filter((each) => places.has(each)) : candidatesIn(path, places);
  const element = found[0] || only || null;
  const grasped = grasp(element);
  return {
    element,
    grasped,
    places,
    told: {
      said,
      found: found.map((each) => places.get(each)),
      inside: found.length && !only ? insideOf(found[0], places) : [],
      facts: grasped ? grasped.watch.report() : null,
      looks: looksWith(element),
      previous,
      box: element && element.isConnected ? boxOf(element) : null,
      window: [innerWidth, innerHeight],
      point: null,
      seen: Date.now(),
    },
  };
};
const tell = (act, scene, more = {}) => {
  dismissQuestion();
  hold(scene.grasped);
  send({ kind: 'act', act, scene: scene.told, ...more });
};

// ---- what is what ---------------------------------------------------------------------------------------
const isPlain = (node) =>
  (node.localName === 'textarea' || (node.localName === 'input' && PLAIN_TYPES.has(node.type))) &&
  !node.readOnly && !node.matches(':disabled');
const hostOf = (path) => {
  const edited = path.find((node) => node.nodeType === 1 && node.isContentEditable);
  if (!edited) return null;
  let host = edited;
  while (host.parentElement && host.parentElement.isContentEditable) host = host.parentElement;
  return host;
};
/** The field into which text would go. */
const fieldIn = (path) => path.find((node) => node.nodeType === 1 && isPlain(node)) || hostOf(path);
const isField = (element) => element !== null && (isPlain(element) || hostOf([element]) === element);
const valueOf = (field) => ('value' in field ? field.value : field.innerText.trim());
const takesLines = (field) => field.localName === 'textarea' || !('value' in field);
const selectIn = (path) => path.find((node) => node.localName === 'select') || null;
const isOurs = (path) => bar !== null && path.includes(bar.host);

// ---- texts ----------------------------------------------------------------------------------------------
let typing = null; // the field that is being filled in
/** Whether a page put another field in the place of one, in the midst of typing. */
const tookOver = (field, old) =>
  !old.isConnected && field.localName === old.localName && field.type === old.type &&
  ['name', 'id', 'placeholder', 'aria-label'].every((name) => field.getAttribute(name) === old.getAttribute(name));
const isTypedInto = (field) => {
  if (typing && field && typing.field !== field && tookOver(field, typing.field)) typing.field = field;
  return typing !== null && typing.field === field;
};
const beginTyping = (field) => {
  if (isTypedInto(field)) return;
  finishTyping();
  typing = { field, scene: sceneOf(pathOf(field)), before: valueOf(field) };
};
/** The text stands: it was submitted, or the field was left. */
const finishTyping = (act = 'type', entered = null) => {
  const done = typing;
  typing = null;
  entering = null;
  if (!done) return;
  const text = entered ?? valueOf(done.field);
  if (act === 'type' && text === done.before) return;
  tell(act, done.scene, { text });
};
let entering = null;
const onEnter = (event, field) => {
  const active = activeDescendant(field);
  if (active) {
    finishTyping();
    const scene = sceneOf(pathOf(active));
    if (scene.element) {
      tell('click', scene);
      return;
    }
  }
  if (!takesLines(field) || event.ctrlKey || event.metaKey) {
    beginTyping(field);
    finishTyping('submit');
    return;
  }
  if (event.shiftKey) return;
  beginTyping(field);
  // A page that sends a text with Enter takes it out of the field at once; where it becomes a new line, that is all.
  const begun = { text: valueOf(field) };
  entering = begun;
  setTimeout(() => {
    if (entering === begun) finishTyping('submit', begun.text);
  }, NEWLINE);
};
const activeDescendant = (element) => {
  const id = element.getAttribute('aria-activedescendant');
  const found = id ? element.getRootNode().getElementById(id) : null;
  return found && found.checkVisibility() ? found : null;
};
const onBeforeInput = (event) => {
  if (!event.isTrusted || isOurs(event.composedPath())) return;
  const field = fieldIn(event.composedPath());
  if (/^insert(LineBreak|Paragraph)$/.test(event.inputType)) entering = null;
  if (field) beginTyping(field);
};
const onInput = (event) => {
  if (!event.isTrusted || isOurs(event.composedPath())) return;
  const field = fieldIn(event.composedPath());
  if (!field || isTypedInto(field)) return;
  // Filled in without keys: from the browser's memory, a calendar, a spinner. What it said before is known from the press.
  const seen = lastPressOn('field', field);
  finishTyping();
  typing = { field, scene: seen ? seen.scene : sceneOf(pathOf(field)), before: seen ? seen.value : null };
};
const deepActive = () => {
  let active = document.activeElement;
  for (;;) {
    const inner = (active && active.shadowRoot && active.shadowRoot.activeElement) || activeInside(active);
    if (!inner) return active;
    active = inner;
  }
};
const activeInside = (frame) => {
  try {
    const inner = frame && frame.contentDocument;
    return (inner && inner.activeElement) || null;
  } catch {
    return null;
  }
};
const onFocusOut = (event) => {
  if (!event.isTrusted) return;
  setTimeout(() => {
    if (typing && !isTypedInto(deepActive())) finishTyping(); // not where the window alone lost the focus
    if (choosing && deepActive() !== choosing.select) finishChoosing();
  });
};

// ---- choices --------------------------------------------------------------------------------------------
let choosing = null; // a select in which keys move the choice
const chosenIn = (select) => new Set(select.selectedOptions);
const tellChoice = (select, before, scene, pointed = null) => {
  const now = chosenIn(select);
  const changed = [...select.options].filter((option) => (select.multiple ? before.has(option) !== now.has(option) : now.has(option)));
  for (const option of changed.includes(pointed) ? [pointed] : changed) {
    const place = scene.places.get(option);
    const found = place === undefined ? [] : [place];
    const facts = scene.told.facts && { ...scene.told.facts, chosen: before.has(option) };
    tell('click', { grasped: grasp(option), told: { ...scene.told, found, facts } });
  }
};
const finishChoosing = () => {
  const done = choosing;
  choosing = null;
  if (!done) return;
  clearTimeout(done.timer);
  if (done.changed) tellChoice(done.select, done.before, done.scene);
};
const onChange = (event) => {
  const control = event.composedPath()[0];
  if (!event.isTrusted || isOurs(event.composedPath())) return;
  if (control.localName === 'select') onChoice(control);
  else if (/^(range|color)$/.test(control.type) && lastPressOn('field', control)) finishTyping();
};
const onChoice = (select) => {
  if (choosing && choosing.select === select) {
    choosing.changed = true;
    clearTimeout(choosing.timer);
    choosing.timer = setTimeout(finishChoosing, CHOOSING);
    return;
  }
  const seen = lastPressOn('select', select);
  if (seen) {
    tellChoice(select, seen.chosen, seen.scene, seen.option);
    seen.chosen = chosenIn(select);
  } else {
    tellChoice(select, new Set(), sceneOf([], { only: select.selectedOptions[0] || select }));
  }
};

// ---- presses --------------------------------------------------------------------------------------------
let press = null; // the mouse button or the finger that is down
let pressed = null; // the press before, on a field or a select
let quietUntil = 0;
/** The last press on a field or a select, which may not be over yet: what drops down takes the mouse. */
const lastPressOn = (what, element) => [press, pressed].find((each) => each && each[what] === element) || null;
const giveUp = () => {
  if (press && press.scene.grasped && press.scene.grasped !== held) press.scene.grasped.watch.stop();
  press = null;
};
const onPointerDown = (event) => {
  const path = event.composedPath();
  if (!event.isTrusted || isOurs(path)) return;
  attachShadows(path);
  pointer = outwardOf(path[0].nodeType === 1 ? path[0] : document.documentElement, event.clientX, event.clientY);
  if (press && press.select) pressed = press;
  else giveUp();
  press = null;
  quietUntil = Infinity;
  if (!event.isPrimary || event.button > 1) return;
  const field = fieldIn(path);
  const select = selectIn(path);
  if (typing && !isTypedInto(field)) finishTyping();
  if (choosing && choosing.select !== select) finishChoosing();
  if (typing) return; // within the field that is being filled in
  const option = path.find((node) => node.localName === 'option') || null;
  const scene = sceneOf(path, { only: option || (select ? select.selectedOptions[0] || select : null) });
  scene.told.point = [...pointer];
  const into = field || (isField(scene.element) ? scene.element : null);
  press = {
    id: event.pointerId, button: event.button, x: event.clientX, y: event.clientY, path, scene, select, option, field: into,
    value: into ? valueOf(into) : null, chosen: select ? chosenIn(select) : null,
  };
};
const letGo = (done) => {
  if (done.field || done.select) {
    pressed = done;
    return;
  }
  pressed = null;
  if (done.button === 1 && !done.path.some((node) => node.localName === 'a' && node.href)) return;
  tell('click', done.scene);
};
const staysOn = (done, event) => {
  if (Math.hypot(event.clientX - done.x, event.clientY - done.y) <= STEADY) return true;
  const { element } = done.scene;
  return element !== null && event.composedPath().includes(element);
};
const onPointerUp = (event) => {
  if (!event.isTrusted || isOurs(event.composedPath())) return;
  const done = press;
  quietUntil = performance.now() + AFTERMATH;
  if (done && done.id === event.pointerId && staysOn(done, event)) {
    press = null;
    letGo(done);
  } else {
    giveUp();
  }
};
const onPressGivenUp = (event) => {
  if (event.isTrusted) giveUp();
};
/** A click that no press and no key of ours explains: another program's, or one that the browser makes of keys. */
const onClick = (event) => {
  const path = event.composedPath();
  if (!event.isTrusted || isOurs(path) || performance.now() < quietUntil) return;
  const before = keyed && performance.now() - keyed.when < AFTERMATH ? keyed : null;
  finishTyping();
  const scene = sceneOf(path);
  if (isField(scene.element)) return;
  if (before) {
    // What the keys moved is another box already: the page is told as it was before.
    scene.told.said = before.said;
    scene.told.found = candidatesIn(path, before.places).map((each) => before.places.get(each));
    scene.told.inside = [];
    if (scene.told.facts) scene.told.facts.chosen = false;
  }
  tell('click', scene);
};

// ---- keys -----------------------------------------------------------------------------------------------
let keyed = null; // the page before a key that may move a choice
const onKeyDown = (event) => {
  const path = event.composedPath();
  if (!event.isTrusted || isOurs(path)) return;
  quietUntil = 0;
  keyed = null;
  const at = path[0];
  if (at.nodeType !== 1 || event.isComposing || event.keyCode === 229) return;
  attachShadows(path);
  const field = fieldIn(path);
  if (typing && !isTypedInto(field)) finishTyping();
  if (choosing && choosing.select !== at) finishChoosing();
  if (field) {
    if (event.key !== 'Enter' || event.repeat) return;
    quietUntil = Infinity;
    onEnter(event, field);
  } else if (at.localName === 'select') {
    if (choosing && event.key === 'Enter') finishChoosing();
    else if (!choosing && !/^(Tab|Shift|Control|Alt|Meta|Escape)$/.test(event.key)) beginChoosing(at);
  } else if (event.key === 'Enter' || event.key === ' ') {
    onActivation(event, at);
  } else if (/^Arrow/.test(event.key) && at.type === 'radio') {
    keyed = { ...take(), when: performance.now() };
  }
};
const beginChoosing = (select) => {
  const scene = sceneOf([], { only: select.selectedOptions[0] || select });
  choosing = { select, scene, before: chosenIn(select), changed: false, timer: 0 };
};
const onActivation = (event, at) => {
  const own = event.key === 'Enter' ? BY_ENTER : BY_SPACE;
  const inner = at.matches(HOLDERS) ? activeDescendant(at) : null;
  if (!inner && !at.matches(own) && !at.matches(BY_EITHER)) return;
  quietUntil = Infinity;
  if (event.repeat) return;
  const scene = sceneOf(pathOf(inner || at));
  if (scene.element) tell('click', scene);
};
const onKeyUp = (event) => {
  if (event.isTrusted && quietUntil === Infinity && !press) quietUntil = performance.now() + AFTERMATH;
};

// ---- the document's coming, going and resting -----------------------------------------------------------
/** Before the browser asks for another document: once it has come, nobody hears this one any more. */
const onGoing = () => {
  const done = press;
  press = null;
  if (entering) finishTyping('submit', entering.text);
  else finishTyping();
  finishChoosing();
  if (done) letGo(done);
};
let restless = 0;
let calming = 0;
const onNews = () => {
  const now = performance.now();
  if (!restless) restless = now;
  clearTimeout(calming);
  calming = setTimeout(onCalm, Math.max(0, Math.min(CALM, restless + LONGEST_WAIT - now)));
};
const onCalm = () => {
  restless = 0;
  attachAll(window);
  placeBar();
  send({ kind: 'rested' });
};
const followRoot = (root) => {
  if (followed.has(root)) return;
  followed.add(root);
  news.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  for (const element of root.querySelectorAll('*')) if (element.shadowRoot) followRoot(element.shadowRoot);
};
const followed = new WeakSet();
const isAboutUs = (mutation) => bar !== null && (mutation.target === bar.host || [...mutation.addedNodes, ...mutation.removedNodes].includes(bar.host));
const news = new MutationObserver((mutations) => {
  keepBar();
  if (!mutations.every(isAboutUs)) onNews();
});

const LISTENERS = [
  ['pointerdown', onPointerDown], ['pointerup', onPointerUp], ['pointercancel', onPressGivenUp], ['dragstart', onPressGivenUp],
  ['click', onClick], ['keydown', onKeyDown], ['keyup', onKeyUp], ['beforeinput', onBeforeInput],
  ['input', onInput], ['change', onChange], ['focusout', onFocusOut],
  ['beforeunload', onGoing], ['pagehide', onGoing],
  ['scroll', onNews], ['input', onNews], ['resize', onNews],
];
/** Listens to one window; to listen twice is to listen once. */
const attach = (view) => {
  guardBar(view);
  for (const [kind, heard] of LISTENERS) view.addEventListener(kind, heard, { capture: true, signal: stop.signal, passive: true });
  view.document.addEventListener('load', onFrameLoad, { capture: true, signal: stop.signal });
  followRoot(view.document);
};
const attachAll = (view) => {
  attach(view);
  for (let at = 0; at < view.length; at += 1) {
    try {
      if (view[at].document) attachAll(view[at]);
    } catch {
      continue; // another process shows it
    }
  }
};
/** What changes in a shadow tree is not told outside of it. */
const attachShadows = (path) => {
  for (const node of path) {
    if (node.nodeType !== 11) continue;
    node.addEventListener('change', onChange, { capture: true, signal: stop.signal, passive: true });
    followRoot(node);
  }
};
const onFrameLoad = (event) => {
  onNews();
  const view = event.target.contentWindow;
  try {
    if (view && view.document) attachAll(view);
  } catch {
    return; // another process shows it
  }
};
const stop = new AbortController();

const isOutermostOfAll = window === parent;
const arrived = (how) => {
  if (isOutermostOfAll) send({ kind: 'arrived', how, document: performance.timeOrigin });
  onNews();
};
const waysHere = () => {
  const [entry] = performance.getEntriesByType('navigation');
  return entry ? entry.type : 'navigate';
};
if (globalThis.listening) globalThis.listening.stop();
globalThis.listening = { attach, stop: () => { stop.abort(); news.disconnect(); dropBar(); } };
attachAll(window);
addEventListener('pageshow', (event) => { if (event.persisted) arrived('back_forward'); }, { signal: stop.signal });
if (globalThis.navigation) {
  globalThis.navigation.addEventListener('navigate', (event) => {
    if (event.navigationType === 'traverse' && event.userInitiated && event.destination.sameDocument) {
      send({ kind: 'arrived', how: 'back_forward', document: null });
    }
  }, { signal: stop.signal });
}
if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', () => arrived(waysHere()), { signal: stop.signal, once: true });
} else {
  arrived(waysHere());
}
return { heardAfter: after, shade, showBar, askWhy };
