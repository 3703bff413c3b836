"""The charset of the page that a link was sent from, told by a mark in the link itself."""

# One letter from each family of charsets. As numeric references in HTML they are encoded by the browser in the charset
# of that very attribute (https://url.spec.whatwg.org/#query-state), and so are the merge values beside them.
MARK = "éąşЯΆאعก日"
