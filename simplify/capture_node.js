/* The element that a capture keeps under a number, or null when it has left the document. */
(capture, { list, index }) => {
  const node = capture[list][index];
  return node && node.isConnected ? node : null;
}
