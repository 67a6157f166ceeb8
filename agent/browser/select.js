/* The select that an option belongs to, or null for an option of another kind. */
(option) => (option.localName === 'option' ? option.closest('select') : null)
