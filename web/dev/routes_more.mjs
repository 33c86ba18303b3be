export const more = [];
