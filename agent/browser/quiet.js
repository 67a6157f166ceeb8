/* When the outermost document is at rest: it has been read, and nothing has changed in it for `quiet` milliseconds. What
   moves all the time (styles, a node that changes again and again) is no news.

   A document that is complete can be told to be at rest sooner: nothing has changed for `still` milliseconds, this thread
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

/** Tells `onNews` of what changes in a document and its open shadow roots; returns a way to stop. */
const followNews = (onNews) => {
  const RESTLESS = 8;
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
      if (mutations.filter(isNews).length) onNews();
    });
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    observers.push(observer);
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) observe(element.shadowRoot);
    }
  };
  observe(document);
  return () => observers.forEach((observer) => observer.disconnect());
};

/* A new document is followed from the moment in which it has been read, so that nobody waits for what is over. */
let lastNews = null; // when that was; null where it is not known
let stopFollowing = () => {};
if (!wasRead) {
  document.addEventListener('DOMContentLoaded', () => {
    const note = () => { lastNews = performance.now(); };
    wasRead = true;
    note();
    stopFollowing = followNews(note);
  });
}

/** Resolves with whether it came to rest before `limit` milliseconds were over. */
const isQuiet = ({ quiet, still, ahead, limit, mayHurry }) =>
  new Promise((resolve) => {
    let timer;
    let asked = 0;
    let turn = 0;

    const finish = (rest) => {
      turn += 1;
      clearTimeout(timer);
      clearTimeout(end);
      cancelIdleCallback(asked);
      stop();
      resolve(rest);
    };
    /** Waits anew: for the browser to find nothing to do, or for the time to pass. */
    const wait = (since) => {
      turn += 1;
      cancelIdleCallback(asked);
      clearTimeout(timer);
      const mine = turn;
      const hurries = mayHurry && still < quiet;
      const passed = performance.now() - since;
      timer = setTimeout(() => (hurries ? askUntilIdle(mine, since) : finish(true)), (hurries ? still : quiet) - passed);
    };
    /** Waits until it is known that nothing comes before its time, or until that is over. */
    const askUntilIdle = (mine, since) => {
      timer = setTimeout(() => finish(true), since + quiet - performance.now());
      const onIdle = (deadline) => {
        if (mine !== turn) return;
        const known = performance.now() + deadline.timeRemaining() - since;
        if (known >= ahead && !isBusyElsewhere()) finish(true);
        else asked = requestIdleCallback(onIdle);
      };
      asked = requestIdleCallback(onIdle);
    };
    const end = setTimeout(() => finish(false), limit);
    stopFollowing();
    const stop = followNews(() => wait(performance.now()));
    wait(lastNews ?? performance.now());
    lastNews = null;
  });
