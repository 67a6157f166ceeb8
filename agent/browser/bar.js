/* The participant's bar: that the visit is recorded, a pause button, a way to finish; and now and then a question.

   It is drawn in a closed shadow tree in the top layer, by a world of our own. The page can see that there is an element,
   and neither what it says nor what happens in it: all events in it end before the page hears of them. */
let bar = null;
let pointer = [0, 0]; // where the mouse was pressed last
const KEPT_BACK = [
  'pointerdown', 'pointerup', 'mousedown', 'mouseup', 'click', 'dblclick', 'auxclick', 'contextmenu', 'touchstart', 'touchend',
  'keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'change', 'focusin', 'focusout', 'copy', 'cut', 'paste',
];
const CORNERS = [['bottom', 'right'], ['bottom', 'left'], ['top', 'right'], ['top', 'left']];
const CONTROLS = 'a, button, input, select, textarea, label, summary, [role], [onclick], [tabindex]';
const GAP = 12; // CSS pixels between the bar and the edge of the window
const NEAR = 60; // CSS pixels around the last press, where the next one may be
const WORTH_MOVING = 0.2;
const MOST_CONTROLS = 3000;
const MOST_RETURNS = 100;

const part = (tag, attributes, text = '') => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
};
const makeBar = () => {
  const host = part('div', { popover: 'manual' });
  const root = host.attachShadow({ mode: 'closed' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(BAR_STYLE);
  root.adoptedStyleSheets = [sheet];
  const question = part('form', { class: 'question', hidden: '' });
  const line = part('div', { class: 'line', role: 'region' });
  root.append(part('div', { class: 'live', 'aria-live': 'polite' }), question, line);
  for (const [name, value] of Object.entries({
    position: 'fixed', display: 'block', margin: '0', padding: '0', border: '0', background: 'none', overflow: 'visible',
    width: 'max-content', height: 'max-content', opacity: '1', visibility: 'visible', 'pointer-events': 'auto', inset: 'auto',
    'max-width': 'min(26rem, calc(100vw - 24px))',
  })) host.style.setProperty(name, value, 'important');
  globalThis.participantBar = host; // is no dialog of the page (look.js)
  return { host, root, question, line, live: root.firstChild, returns: 0, shown: null };
};
/** Where it hangs: what lies outside a modal dialog cannot be used. */
const homeOfBar = () => [...document.querySelectorAll('dialog:modal')].pop() || document.documentElement;
/** Puts the bar back where a page took it away, or opened a dialog over it. */
const keepBar = () => {
  if (bar === null || bar.shown === null || bar.returns > MOST_RETURNS) return;
  const home = homeOfBar();
  if (home === null || (bar.host.parentNode === home && bar.host.matches(':popover-open'))) return;
  bar.returns += 1;
  const focused = bar.root.activeElement;
  if (bar.host.parentNode !== home) home.append(bar.host);
  if (!bar.host.matches(':popover-open')) bar.host.showPopover();
  if (focused) focused.focus();
  placeBar();
};
const dropBar = () => {
  if (bar !== null) bar.host.remove();
  bar = null;
};
/** Shows what is `said`, and buttons, each with what it `presses`. */
const showBar = (shown) => {
  if (window !== parent || !document.documentElement) return;
  if (bar === null) bar = makeBar();
  if (JSON.stringify(shown) === JSON.stringify(bar.shown)) return;
  bar.shown = shown;
  bar.line.className = `line ${shown.mood}`;
  bar.line.setAttribute('aria-label', shown.label);
  bar.line.replaceChildren(
    part('span', { class: 'dot', 'aria-hidden': 'true' }),
    part('span', { class: 'said' }, shown.said),
    ...shown.buttons.map(([presses, text]) => part('button', { type: 'button', 'data-presses': presses }, text)),
  );
  bar.live.textContent = shown.said;
  keepBar();
  placeBar();
};
const askWhy = (asked) => {
  if (bar === null) return false;
  const field = part('input', { type: 'text', id: 'why', maxlength: '500', autocomplete: 'off' });
  bar.question.replaceChildren(
    part('label', { for: 'why' }, asked.question),
    field,
    part('button', { type: 'button', 'data-presses': 'answer' }, asked.answer),
    part('button', { type: 'button', class: 'plain', 'data-presses': 'skip' }, asked.skip),
  );
  bar.question.hidden = false;
  bar.live.textContent = asked.question;
  placeBar();
  return true;
};
/** The question goes away: it was answered or skipped, or the person does something else. What was written is kept. */
const dismissQuestion = (presses = 'answer') => {
  if (bar === null || bar.question.hidden) return;
  const field = bar.question.querySelector('input');
  const text = presses === 'answer' && field ? field.value.trim() : '';
  bar.question.hidden = true;
  bar.question.replaceChildren();
  send({ kind: 'pressed', presses: text ? 'answer' : 'skip', text });
};

/** How much of what can be pressed lies under a box: 1 for a thing that is covered wholly. */
const covers = (box, controls) => {
  let sum = 0;
  for (const each of controls) {
    const across = Math.min(box.right, each.right) - Math.max(box.left, each.left);
    const down = Math.min(box.bottom, each.bottom) - Math.max(box.top, each.top);
    if (across > 0 && down > 0) sum += (across * down) / (each.width * each.height);
  }
  return sum;
};
const isNearPointer = (box) =>
  pointer[0] > box.left - NEAR && pointer[0] < box.right + NEAR && pointer[1] > box.top - NEAR && pointer[1] < box.bottom + NEAR;
const moveBar = ([down, across]) => {
  for (const side of ['top', 'right', 'bottom', 'left']) {
    bar.host.style.setProperty(side, side === down || side === across ? `${GAP}px` : 'auto', 'important');
  }
};
let corner = CORNERS[0];
/** The bar stays in its corner unless much less to press would lie under it in another. */
const placeBar = () => {
  if (bar === null || !bar.host.isConnected || bar.root.activeElement) return;
  const controls = [...document.querySelectorAll(CONTROLS)].slice(0, MOST_CONTROLS).map((each) => each.getBoundingClientRect())
    .filter((each) => each.width > 0 && each.bottom > 0 && each.top < innerHeight);
  let least = Infinity;
  let best = corner;
  for (const each of [corner, ...CORNERS]) {
    moveBar(each);
    const box = bar.host.getBoundingClientRect();
    const count = covers(box, controls) + (isNearPointer(box) ? 2 : 0);
    if (count < least - WORTH_MOVING) [least, best] = [count, each];
    if (least === 0) break;
  }
  corner = best;
  moveBar(corner);
};

const buttonAt = (event) => {
  const hit = event.detail > 0 ? bar.root.elementFromPoint(event.clientX, event.clientY) : bar.root.activeElement;
  return hit && hit.closest('button');
};
const onOwnClick = (event) => {
  const button = buttonAt(event);
  if (!button) return;
  const { presses } = button.dataset;
  if (presses === 'answer' || presses === 'skip') dismissQuestion(presses);
  else send({ kind: 'pressed', presses, text: '' });
};
const onOwnKey = (event) => {
  if (bar.question.hidden || !bar.question.contains(bar.root.activeElement)) return;
  if (event.key === 'Escape') dismissQuestion('skip');
  else if (event.key === 'Enter' && bar.root.activeElement.localName === 'input') dismissQuestion('answer');
  else return;
  event.preventDefault();
};
const onOwn = (event) => {
  if (bar === null || !event.composedPath().includes(bar.host)) return;
  event.stopImmediatePropagation();
  if (!event.isTrusted) return;
  if (event.type === 'click') onOwnClick(event);
  else if (event.type === 'keydown') onOwnKey(event);
};
/** The one key that a page cannot take: Alt+Shift+Q leads to the question. */
const onWayToBar = (event) => {
  if (bar === null || !event.isTrusted || !event.altKey || !event.shiftKey || event.code !== 'KeyQ') return;
  const first = bar.root.querySelector('form:not([hidden]) input, .line button');
  if (first) first.focus();
  event.preventDefault();
  event.stopImmediatePropagation();
};
const guardBar = (view) => {
  if (view !== window) return;
  for (const kind of KEPT_BACK) view.addEventListener(kind, onOwn, { capture: true, signal: stop.signal });
  view.addEventListener('keydown', onWayToBar, { capture: true, signal: stop.signal });
};
