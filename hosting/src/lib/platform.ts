const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** How the keyboard names the key of the shortcuts, ready to stand before another key. */
export const COMMAND_KEY = APPLE ? '⌘' : 'Ctrl ';
