import { lazy, Suspense, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { authMessage } from '#lib/auth/errors.ts';
import { loadConfig } from '#lib/config.ts';
import { signInWithGoogle } from '../api/sign-in-with-google.ts';

/** Of use on a laptop alone, and as heavy as the rest of the form. */
const EmulatedGoogleDialog = lazy(() => import('./EmulatedGoogleDialog.tsx'));

interface GoogleSignInProps {
  onDone: () => void;
  onFailure: (message: string | undefined) => void;
}

/**
 * Google sign-in by pop-up. Locally a dialog comes first: the Auth emulator knows no Google, and its pop-up
 * needs a script from Google's servers that a laptop without network can't load.
 */
export function GoogleSignIn({ onDone, onFailure }: GoogleSignInProps) {
  const [busy, setBusy] = useState(false);
  const [emulated, setEmulated] = useState(false);

  async function withPopup() {
    onFailure(undefined);
    setBusy(true);
    try {
      await signInWithGoogle();
      onDone();
    } catch (thrown) {
      onFailure(authMessage(thrown));
    } finally {
      setBusy(false);
    }
  }

  async function start() {
    onFailure(undefined);
    try {
      const { authEmulatorUrl } = await loadConfig();
      if (authEmulatorUrl === undefined) await withPopup();
      else setEmulated(true);
    } catch (thrown) {
      onFailure(authMessage(thrown));
    }
  }

  return (
    <>
      <div className="my-4 flex items-center gap-3 text-mute before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
        or
      </div>
      <Button busy={busy} onClick={start}>
        <GoogleMark />
        Continue with Google
      </Button>
      {emulated && (
        <Suspense>
          <EmulatedGoogleDialog
            onClose={() => setEmulated(false)}
            onDone={onDone}
            onPopup={() => {
              setEmulated(false);
              void withPopup();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function GoogleMark() {
  return (
    <svg width="16" height="16" viewBox="0 0 48 48" aria-hidden="true">
      <path
        fill="#EA4335"
        d="M24 9.5c3.5 0 6.6 1.2 9.1 3.6l6.8-6.8C35.8 2.4 30.3 0 24 0 14.6 0 6.5 5.4 2.6 13.2l7.9 6.1C12.4 13.7 17.7 9.5 24 9.5z"
      />
      <path
        fill="#4285F4"
        d="M47 24.6c0-1.6-.2-3.1-.4-4.6H24v9h12.9c-.6 3-2.3 5.5-4.8 7.2l7.7 6C44.4 38 47 31.8 47 24.6z"
      />
      <path
        fill="#FBBC05"
        d="M10.5 28.7c-.5-1.5-.8-3-.8-4.7s.3-3.2.8-4.7l-7.9-6.1C.9 16.5 0 20.1 0 24s.9 7.5 2.6 10.8l7.9-6.1z"
      />
      <path
        fill="#34A853"
        d="M24 48c6.5 0 11.9-2.1 15.8-5.8l-7.7-6c-2.1 1.4-4.9 2.3-8.1 2.3-6.3 0-11.6-4.2-13.5-9.9l-7.9 6.1C6.5 42.6 14.6 48 24 48z"
      />
    </svg>
  );
}
