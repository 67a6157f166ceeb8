/* Ends the watch that `element.js` began. */
(watch) => watch.stop()
