// Makers of the development server's routes.
const id = '([\\w.-]+)';
export const on = (path) => new RegExp(`^${path.replaceAll('{}', id)}$`);
export const get = (path, needs, act) => ({ method: 'GET', path, pattern: on(path), needs, act });
export const post = (path, needs, act) => ({ method: 'POST', path, pattern: on(path), needs, act });
