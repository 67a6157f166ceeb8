/* The label of a checkbox or radio button: what a person presses where the box itself is hidden or drawn anew. */
(element) => (element.labels && element.labels[0]) || element.closest('label')
