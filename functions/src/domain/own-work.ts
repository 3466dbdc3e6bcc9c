/**
 * The `provider` of usage records of work that the deployment does itself: keeping files, changing images and videos.
 * It calls no model, so lists of allowed models and providers do not apply to it; scopes, limits and budgets do.
 */
export const OWN_WORK = 'firegate';
