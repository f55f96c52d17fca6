"""What the tests of faults reached, by id: figures of many runs in one file, and the page that shows them."""
