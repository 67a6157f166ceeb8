/* What of a capture travels to Python; the elements themselves stay in the page. */
(capture) => ({
  html: capture.html,
  title: capture.title,
  url: capture.url,
  frames: capture.frames.length,
  notes: capture.notes,
})
