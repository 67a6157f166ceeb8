/* Until the page is loaded and nothing in it has changed for a while, or it has had its time. */
({ quiet, longest }) =>
  new Promise((done) => {
    let timer = 0;
    const finish = () => {
      watcher.disconnect();
      done();
    };
    const wait = () => {
      clearTimeout(timer);
      if (document.readyState === 'complete') timer = setTimeout(finish, quiet);
    };
    const watcher = new MutationObserver(wait);
    watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    addEventListener('load', wait, { once: true });
    setTimeout(finish, longest);
    wait();
  })
