/* Until the page is loaded, or has had its time. */
(milliseconds) =>
  new Promise((done) => {
    if (document.readyState === 'complete') {
      done();
      return;
    }
    addEventListener('load', () => done(), { once: true });
    setTimeout(done, milliseconds);
  })
