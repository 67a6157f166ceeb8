/* Resolves with true once nothing has changed in this document for `quiet` milliseconds, or with false after
   `limit` milliseconds. What moves all the time (styles, a node that changes again and again) is no news. */
({ quiet, limit }) =>
  new Promise((resolve) => {
    const RESTLESS = 8;
    const changes = new WeakMap();
    let timer;
    const observers = [];

    const finish = (rest) => {
      clearTimeout(timer);
      clearTimeout(end);
      observers.forEach((observer) => observer.disconnect());
      resolve(rest);
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(true), quiet);
    };
    const end = setTimeout(() => finish(false), limit);

    const isNews = (mutation) => {
      if (mutation.type === 'attributes' && /^(style|class|d|transform)$/.test(mutation.attributeName)) return false;
      const count = (changes.get(mutation.target) || 0) + 1;
      changes.set(mutation.target, count);
      return count <= RESTLESS;
    };
    const observe = (root) => {
      const observer = new MutationObserver((mutations) => {
        if (mutations.filter(isNews).length) wait();
      });
      observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
      observers.push(observer);
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) observe(element.shadowRoot);
      }
    };
    observe(document);
    wait();
  })
