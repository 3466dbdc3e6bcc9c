// Stands in for https://apis.google.com/js/api.js: the few calls by which Firebase's SDK and the Auth emulator's
// iframe talk to each other, over postMessage. Served by google.spec.ts where Google can't be reached.
(() => {
  class Channel {
    constructor(target) {
      this.target = target;
      this.handlers = new Map();
      this.waiting = [];
      this.replies = new Map();
      this.count = 0;
      window.addEventListener('message', (event) => {
        const message = event.data;
        if (event.source !== this.target || message?.gapi !== true) return;
        if (message.reply) {
          try {
            this.replies.get(message.id)?.([message.value]);
          } catch {
            // The SDK throws from here after each answer to its question about storage; the real script drops that.
          }
          this.replies.delete(message.id);
        } else if (this.handlers.has(message.name)) {
          this.answer(message);
        } else {
          this.waiting.push(message);
        }
      });
    }

    async answer(message) {
      const value = await this.handlers.get(message.name)(message.data);
      this.target.postMessage({ gapi: true, reply: true, id: message.id, value }, '*');
    }

    register(name, handler) {
      this.handlers.set(name, handler);
      const now = this.waiting.filter((message) => message.name === name);
      this.waiting = this.waiting.filter((message) => message.name !== name);
      for (const message of now) this.answer(message);
    }

    send(name, data, callback) {
      const id = ++this.count;
      if (callback) this.replies.set(id, callback);
      this.target.postMessage({ gapi: true, name, data, id }, '*');
    }

    async restyle() {}

    async ping(callback) {
      callback?.();
    }
  }

  const context = {
    getParentIframe: () => new Channel(window.parent),
    open: ({ url, where, attributes }, opened) =>
      new Promise((resolve, reject) => {
        const frame = document.createElement('iframe');
        Object.assign(frame.style, attributes.style);
        frame.addEventListener('load', () => {
          opened(new Channel(frame.contentWindow)).then(resolve, reject);
        });
        frame.src = url;
        where.append(frame);
      }),
  };

  window.gapi = {
    load: (_name, { callback }) => callback(),
    iframes: { CROSS_ORIGIN_IFRAMES_FILTER: () => true, Iframe: Channel, getContext: () => context },
  };
  const onload = new URL(document.currentScript.src).searchParams.get('onload');
  const ready = onload === null ? window.gapi_onload : window[onload];
  ready?.();
})();
