/* When the outermost document is at rest: it has been read, and nothing has changed in it for `quiet` milliseconds. What
   moves all the time (styles, a node that changes again and again) is no news. As long as its pictures and the like keep
   coming, never more than `arriving` milliseconds apart, it has not been loaded, and what its scripts do once it has been is
   still to come. What moves or fades for a short time more ends first, since what comes of that is done then (a menu that
   was closed is taken away), and so does what a script makes larger or smaller, or fades, frame after frame (a list that
   slides open): what is in it cannot be read before. What was answered `answered` milliseconds ago counts as a change: the page may not have shown it yet.

   A document that is complete can be told to be at rest sooner: nothing has changed for `still` milliseconds and two frames, this thread
   has nothing to do, and will have nothing to do until `ahead` milliseconds after the last change. Chromium says so: it
   calls back when it is idle, with the time that is left until the next timer or frame is due. That holds for what is
   done in this thread; `mayHurry` is whether nothing else is known to work for the page, such as a worker. */
const isBusyElsewhere = () => {
  if (document.readyState !== 'complete') return true;
  if (document.getAnimations().some((each) => each.playState === 'running')) return true;
  for (const picture of document.images) if (!picture.complete && picture.loading !== 'lazy') return true;
  for (const frame of document.querySelectorAll('iframe, frame, object, embed')) {
    const inner = innerOf(frame);
    if (!inner || inner.readyState !== 'complete') return true;
  }
  return false;
};
/** The document in a frame; null where another process shows it, or nothing does. */
const innerOf = (frame) => {
  try {
    return frame.contentDocument || null;
  } catch {
    return null;
  }
};

/** Whether the page's own policy forbids scripts: nothing changes by itself then, and no timer ever ends, not even here. */
const isScriptless = () => matchMedia('(scripting: none)').matches;

/** Resolves with whether the document has been read by then. */
let wasRead = document.readyState !== 'loading';
const isRead = (limit) =>
  new Promise((resolve) => {
    if (wasRead) {
      resolve(true);
      return;
    }
    const stop = new AbortController();
    const finish = (read) => {
      stop.abort();
      clearTimeout(end);
      resolve(read);
    };
    const end = setTimeout(() => finish(false), limit);
    document.addEventListener('DOMContentLoaded', () => finish(true), { signal: stop.signal });
  });

const STEP = 100; // milliseconds between two frames of a movement that a script makes, on a busy machine
const GROWTH = /(?:^|[;\s])(?:(?:max-|min-)?(?:height|width)|opacity)\s*:[^;]*/g;
let lastGrowth = -Infinity; // when a script last gave something another size, or faded it a little more
const growing = new Map(); // what it was, by when that was
const endless = new WeakSet(); // what did not stop when it was waited for
const sizesIn = (style) => ((style || '').match(GROWTH) || []).join();
const noteGrowth = ({ type, attributeName, oldValue, target }) => {
  if (type !== 'attributes' || attributeName !== 'style' || endless.has(target)) return;
  if (sizesIn(oldValue) === sizesIn(target.getAttribute('style'))) return;
  lastGrowth = performance.now();
  growing.set(target, lastGrowth);
};
const rolling = new Set(); // what is on its way to another place, as scrolled smoothly
/** Milliseconds until it is known whether something is still on its way; 0 where nothing is, or time is up. */
const rollsFor = (left) => (rolling.size && left > 0 ? Math.min(left, STEP) : 0);
/** Milliseconds until it is known whether something still grows; 0 where nothing does, or nothing ends in time. */
const growsFor = (left) => {
  const passed = performance.now() - lastGrowth;
  if (passed >= STEP) growing.clear();
  else if (left > 0) return STEP - passed;
  else {
    for (const [each, at] of growing) if (performance.now() - at < STEP) endless.add(each);
  }
  return 0;
};

/** Tells `onNews` of what changes in a document and its open shadow roots; returns a way to stop. */
const followNews = (onNews) => {
  const RESTLESS = 8;
  const ROLLING = 60; // events of one scroller: a smooth way there is over by then, and the rest is decoration
  const changes = new WeakMap();
  const observers = [];
  const isNews = (mutation) => {
    if (mutation.type === 'attributes' && /^(style|class|d|transform)$/.test(mutation.attributeName)) return false;
    const count = (changes.get(mutation.target) || 0) + 1;
    changes.set(mutation.target, count);
    return count <= RESTLESS;
  };
  const observe = (root) => {
    const observer = new MutationObserver((mutations) => {
      mutations.forEach(noteGrowth);
      if (mutations.filter(isNews).length) onNews();
    });
    const all = { subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true };
    observer.observe(root, all);
    observers.push(observer);
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) observe(element.shadowRoot);
    }
  };
  observe(document);
  const scrolls = new WeakMap();
  const onScroll = ({ target }) => {
    const count = (scrolls.get(target) || 0) + 1;
    scrolls.set(target, count);
    if (count > ROLLING) return;
    rolling.add(target);
    onNews();
  };
  const onScrolled = ({ target }) => { rolling.delete(target); };
  document.addEventListener('scroll', onScroll, { capture: true, passive: true });
  document.addEventListener('scrollend', onScrolled, { capture: true, passive: true });
  return () => {
    observers.forEach((observer) => observer.disconnect());
    document.removeEventListener('scroll', onScroll, { capture: true });
    document.removeEventListener('scrollend', onScrolled, { capture: true });
    rolling.clear();
  };
};

/* A new document is followed from the moment in which it has been read, so that nobody waits for what is over. */
let lastNews = null; // when that was; null where it is not known
let lastArrival = -Infinity; // when the last thing came that a new document waits for
let stopFollowing = () => {};
if (!wasRead) {
  const noteArrival = () => { lastArrival = performance.now(); };
  const onArrival = ({ isTrusted }) => { if (isTrusted) noteArrival(); };
  const loaded = new AbortController();
  const arrivals = { capture: true, passive: true, signal: loaded.signal };
  for (const kind of ['load', 'error']) document.addEventListener(kind, onArrival, arrivals);
  addEventListener('load', ({ target }) => { if (target === document) loaded.abort(); }, { signal: loaded.signal });
  document.addEventListener('DOMContentLoaded', () => {
    const note = () => { lastNews = performance.now(); };
    wasRead = true;
    note();
    noteArrival();
    stopFollowing = followNews(note);
  });
}
/** Milliseconds that a document still has to be without news, of which the last was at `since`, to be at rest. */
const restDueIn = (since, { quiet, arriving }) => {
  const loading = document.readyState === 'complete' ? 0 : lastArrival + arriving;
  return Math.max(since + quiet, loading) - performance.now();
};

const MOVING = 700; // at most, after the last news: some pages never stop moving things about
const FRAMES = 40; // for the page to hear that a movement has ended
const TINTS = /color|shadow|^(background|fill|stroke|filter|backdrop-filter)$/; // after which nothing else comes
/** Milliseconds until the last movement that ends soon has ended; 0 where there is none. */
const movesFor = (left) => {
  let most = 0;
  for (const each of document.getAnimations()) {
    if (each.playState !== 'running' || TINTS.test(each.transitionProperty || '') || !each.effect) continue;
    const due = (Number(each.effect.getComputedTiming().endTime) - Number(each.currentTime)) / each.playbackRate;
    if (due > most && due <= left) most = due;
  }
  return most && most + FRAMES;
};

/** Resolves with whether it came to rest before `limit` milliseconds were over. */
const isQuiet = (options) =>
  new Promise((resolve) => {
    const { quiet, still, ahead, limit } = options;
    const hurries = options.mayHurry && still < quiet;
    let timer;
    let asked = 0;
    let turn = 0;
    let frames = 0; // a smooth way to another place is known of in the second one

    const countFrames = () => {
      frames += 1;
      if (frames < 2) requestAnimationFrame(countFrames);
    };
    const finish = (rest) => {
      turn += 1;
      clearTimeout(timer);
      clearTimeout(end);
      cancelIdleCallback(asked);
      removeEventListener('load', onLoad);
      stop();
      resolve(rest);
    };
    /** Waits anew: for the browser to find nothing to do, or for the time to pass. */
    const wait = (since) => {
      turn += 1;
      cancelIdleCallback(asked);
      clearTimeout(timer);
      const mine = turn;
      if (hurries) timer = setTimeout(() => askUntilIdle(mine, since), still - (performance.now() - since));
      else passTime(since);
    };
    const passTime = (since) => {
      const due = restDueIn(since, options);
      const patience = since + MOVING - performance.now();
      const left = due > 0 ? due : Math.max(movesFor(patience), growsFor(patience), rollsFor(patience));
      if (left <= 0) finish(true);
      else timer = setTimeout(() => passTime(since), left);
    };
    /** Waits until it is known that nothing comes before its time, or until that is over. */
    const askUntilIdle = (mine, since) => {
      passTime(since);
      const onIdle = (deadline) => {
        if (mine !== turn) return;
        const known = performance.now() + deadline.timeRemaining() - since;
        const moves = frames < 2 || rolling.size || growsFor(since + MOVING - performance.now());
        if (known >= ahead && !moves && !isBusyElsewhere()) finish(true);
        else asked = requestIdleCallback(onIdle);
      };
      if (mine === turn) asked = requestIdleCallback(onIdle);
    };
    /** What the page does once it has been loaded is done now. */
    const onLoad = ({ target }) => {
      if (target === document && !hurries) wait(performance.now());
    };
    const end = setTimeout(() => finish(false), limit);
    addEventListener('load', onLoad);
    stopFollowing();
    const stop = followNews(() => wait(performance.now()));
    const now = performance.now();
    wait(lastNews === null ? now : Math.max(lastNews, now - options.answered));
    lastNews = null;
    if (hurries) requestAnimationFrame(countFrames);
  });
