/* Until a page that was halted has caught up: two frames are drawn, and the tasks that had waited are done. */
() =>
  new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)));
  })
