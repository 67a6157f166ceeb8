/* What Python asks of the page: these functions stand beside the reader of `simplify`, in its world. Those that begin with
   an element are asked of an element of a capture; it is null where the document has gone. */
let held = null; // the element under the hand, and the watch over it

const frameAround = (element) => {
  const view = element.ownerDocument.defaultView;
  return view === null || view === window ? null : view.frameElement;
};
const lookOrNull = (document) => {
  try {
    return document && lookAt(document);
  } catch {
    return null; // a document that falls apart just now
  }
};
/** What can be read now: of the outermost document, and of the one that the element stands in where that is another. */
const looks = () => [lookOrNull(document), held && held.frame ? lookOrNull(innerOf(held.frame)) : null];
const report = (element) => (held && held.element === element && element ? held.watch.report() : null);
const mayBePressed = (facts) => !facts.disabled && facts.type !== 'file' && facts.tag !== 'option';

/** Takes an element in hand, and where it is to be pressed, looks where that can be done.
    `fresh`: not on a page that changed since it was captured. */
const begin = (element, { key, fresh, aim, strict }) => {
  if (!element || !element.isConnected || element.ownerDocument.defaultView === null) return null;
  if (fresh && !reader.isFresh(key)) return { fresh: false };
  if (held) held.watch.stop();
  held = { element, watch: watchOver(element), frame: frameAround(element) };
  const facts = held.watch.report();
  const seen = looks();
  let spot = null;
  if (aim && mayBePressed(facts)) {
    spot = reach(aim === 'tick' ? boxOrLabel(element) : element);
    held.watch.guard(strict);
  }
  return { fresh: true, facts, looks: seen, spot, box: placeOf(element.closest('select') || element) };
};
/** Where the mouse can press the element, within `limit` milliseconds: what covers it may be on its way out. */
const reachIn = async (element, { aim, strict, limit }) => {
  if (!element) return { state: 'gone' };
  const thing = aim === 'tick' ? boxOrLabel(element) : element;
  const ends = performance.now() + limit;
  let spot = reach(thing);
  while (spot.state !== 'free' && spot.state !== 'gone' && performance.now() < ends) {
    await pause();
    spot = reach(thing);
  }
  if (held && held.element === element) held.watch.guard(strict);
  return spot;
};
const enabledIn = async (element, limit) =>
  held && held.element === element && element ? held.watch.enabled(limit) : false;
const clickedBy = async (element, limit) => {
  if (held && held.element === element) await held.watch.clicked(limit);
  return true;
};
/** Addresses of the documents around an element, as far as this process shows them, its own first. */
const addressesOf = (element) => {
  const addresses = [];
  for (let view = element && element.ownerDocument.defaultView; view; view = view.parent) {
    addresses.push(view.location.href);
    if (view === window) break;
  }
  return addresses;
};
/** Where elements of a capture stand, and frames that other processes show, by their numbers; null for what has left. */
const placesOf = (key, numbers, frames) => {
  const elements = [...numbers.map((number) => reader.node(key, number)), ...frames.map(reader.frame)];
  return elements.map((element) => (element && element.isConnected ? placeOf(element) : null));
};
/** Resolves once the document is at rest or has had its time, with how that went and what can be read then. */
const rest = async (options) => {
  const waited = !wasRead;
  if (!(await isRead(options.load))) return { rest: 'unread' };
  const quiet = isScriptless() || (await isQuiet(options));
  const element = options.place ? reader.node(...options.place) : null;
  return {
    rest: quiet ? 'calm' : 'restless',
    waited,
    facts: report(element),
    looks: options.look ? looks() : null,
  };
};
return {
  begin, reachIn, enabledIn, clickedBy, rest, report, focusText, focusAlone, typeSecret, fill, choose, beforeWheel, afterWheel,
  look: () => lookOrNull(document),
  finish: (element) => ({ facts: report(element), looks: looks() }),
  addressesOf,
  placesOf,
  width: () => innerWidth,
  ping: () => true,
};
