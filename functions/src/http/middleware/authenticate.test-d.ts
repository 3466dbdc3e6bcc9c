// A promise to whoever writes a handler, held by `tsc -p functions`: it does not compile before its authentication.
// Each @ts-expect-error is an error itself once the line below it compiles.
import type { Deps } from '../../deps.ts';
import { newApp } from '../openapi.ts';
import { authenticate } from './authenticate.ts';
import { clientTokenUser, currentUser } from './current-user.ts';

declare const deps: Deps;
const app = newApp();

// @ts-expect-error nobody has been authenticated
app.get('/nobody', (c) => c.text(c.var.principal.uid));
app.get('/somebody', authenticate(deps, 'accessToken'), (c) => c.text(c.var.principal.uid));

// @ts-expect-error a client token names no address
app.get('/client', authenticate(deps, 'clientToken'), (c) => c.text(c.var.principal.email ?? ''));
app.get('/person', authenticate(deps, 'accessToken'), (c) => c.text(c.var.principal.email ?? ''));

// @ts-expect-error it may be either kind: only what both have is known
app.get('/either', authenticate(deps, 'accessToken', 'clientToken'), (c) => c.text(c.var.principal.email));
app.get('/either', authenticate(deps, 'accessToken', 'clientToken'), (c) => c.text(c.var.principal.uid));

// @ts-expect-error the user's document has not been read
app.get('/unread', authenticate(deps, 'accessToken'), (c) => c.text(c.var.user.tier));
app.get('/read', authenticate(deps, 'accessToken'), currentUser(), (c) => c.text(c.var.user.tier));
app.get('/read', authenticate(deps, 'clientToken'), clientTokenUser(), (c) => c.text(c.var.user.tier));

// @ts-expect-error a route takes one kind of credential at least
authenticate(deps);
// @ts-expect-error there is no such kind
authenticate(deps, 'password');
