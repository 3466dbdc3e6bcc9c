import { useQueryClient } from '@tanstack/react-query';
import type { ApiKey, ApiKeySecret } from '#lib/api/types.ts';
import { createKey } from '../api/create-key.ts';
import { showKey } from '../api/queries.ts';
import { updateKey } from '../api/update-key.ts';
import { createBody, EMPTY_FORM, formOf, patchBody } from '../state/key-form.ts';
import { KeyFormDialog } from './KeyFormDialog.tsx';
import { RevokeDialog } from './RevokeDialog.tsx';
import { RotateDialog } from './RotateDialog.tsx';
import { SecretDialog } from './SecretDialog.tsx';

/** Which dialog is open, and for what. */
export type KeyDialog =
  | { kind: 'create' }
  | { kind: 'edit' | 'rotate' | 'revoke'; key: ApiKey }
  | { kind: 'secret'; secret: ApiKeySecret };

interface KeyDialogsProps {
  uid: string;
  dialog: KeyDialog | undefined;
  onChange: (dialog: KeyDialog | undefined) => void;
}

/** Everything that is done to keys; what an answer says is on the page at once. */
export function KeyDialogs({ uid, dialog, onChange }: KeyDialogsProps) {
  const client = useQueryClient();
  const close = () => onChange(undefined);
  const showSecret = (secret: ApiKeySecret) => {
    showKey(client, uid, secret.apiKey);
    onChange({ kind: 'secret', secret });
  };
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'create':
      return (
        <KeyFormDialog
          title="Create a key"
          description="For a script or a server. The key is shown once, after this."
          initial={EMPTY_FORM}
          action="Create key"
          onClose={close}
          onSubmit={async (form) => showSecret(await createKey(createBody(form)))}
        />
      );
    case 'edit': {
      const { key } = dialog;
      return (
        <KeyFormDialog
          title={`Edit ${key.name}`}
          description="Changes hold from the next request on. An emptied field is cleared."
          initial={formOf(key)}
          unfolded
          action="Save"
          onClose={close}
          onSubmit={async (form) => {
            const body = patchBody(form, key);
            if (Object.keys(body).length > 0) showKey(client, uid, await updateKey(key.id, body));
            close();
          }}
        />
      );
    }
    case 'rotate':
      return <RotateDialog apiKey={dialog.key} onClose={close} onRotated={showSecret} />;
    case 'revoke':
      return (
        <RevokeDialog
          apiKey={dialog.key}
          onClose={close}
          onRevoked={() => {
            showKey(client, uid, { ...dialog.key, status: 'revoked' });
            close();
          }}
        />
      );
    case 'secret':
      return <SecretDialog secret={dialog.secret} onClose={close} />;
  }
}
