// A list or a study that is still growing, or has a session that runs, renews itself: the same page is asked for again,
// and its parts are put in place. Nothing here is needed to read it.
'use strict';
(() => {
  const EVERY = 1500;
  const growing = () => document.querySelector('[data-going-on="yes"], [data-running]');
  const parts = ['#count', '.sessions', '.studies', '#figures', '.empty', '.pager'];

  const busy = () => {
    const focused = document.activeElement;
    return focused && focused !== document.body && parts.some(part => focused.closest(part));
  };

  const renew = async () => {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of parts) {
      const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
      if (old && now) old.replaceWith(document.adoptNode(now));
      else if (old) old.remove();
      else if (now) document.querySelector('.recordings')?.append(document.adoptNode(now));
    }
  };

  const watch = async () => {
    if (!growing()) return;
    // What somebody is in the midst of using stays as it is.
    if (!document.hidden && !busy()) await renew().catch(() => {});
    setTimeout(watch, EVERY);
  };
  setTimeout(watch, EVERY);
})();
