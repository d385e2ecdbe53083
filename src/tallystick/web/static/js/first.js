// Runs before the page is drawn: says that scripts work, so that what needs them shows and what replaces them does not.
document.documentElement.classList.add("js");
