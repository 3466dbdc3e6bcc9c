// The least that the Functions Framework can run: what the cold starts of the functions are compared with.
export const hello = (_request, response) => response.send('Hello');
