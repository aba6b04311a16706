// The Jupyter host: a kernel answers each setting (this file is of the author of the Jupyter side).
const render = ({ model, el }) => {};
