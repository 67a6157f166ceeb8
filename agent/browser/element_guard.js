/* From now on the mouse reaches nothing but the element that `element.js` watches. */
(watch) => watch.guard()
