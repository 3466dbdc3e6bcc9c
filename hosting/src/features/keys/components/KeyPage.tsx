import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Page } from '#components/ui/page.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { useSessionUser } from '#lib/auth/session.ts';
import { cx } from '#lib/cx.ts';
import { keyQuery } from '../api/queries.ts';
import { keyState } from '../state/key-state.ts';
import { HowToUse } from './HowToUse.tsx';
import { type KeyDialog, KeyDialogs } from './KeyDialogs.tsx';
import { KeyEvents } from './KeyEvents.tsx';
import { KeyFacts } from './KeyFacts.tsx';
import { useSpend } from './use-spend.ts';

/** One key: what is set on it, how to use it, and what happened to it. */
export function KeyPage({ keyId }: { keyId: string }) {
  const uid = useSessionUser()?.uid ?? '';
  const client = useQueryClient();
  const { data: key, error, isError, refetch } = useQuery(keyQuery(uid, keyId, client));
  const spent = useSpend(uid, key === undefined ? [] : [key]);
  const [dialog, setDialog] = useState<KeyDialog>();
  const back = (
    <Link to="/keys" className="mb-1 inline-flex items-center gap-1.5 text-mute hover:text-ink coarse:h-10">
      <ArrowLeft size={14} />
      API keys
    </Link>
  );

  if (key === undefined) {
    const missing = isError && toApiError(error).code === 'not_found';
    return (
      <Page title="API key" back={back}>
        {missing ? (
          <Notice tone="idle">There is no such key on this account.</Notice>
        ) : isError ? (
          <LoadFailed what="The key" error={error} onRetry={() => void refetch()} />
        ) : (
          <p role="status" className="text-mute">
            Loading the key…
          </p>
        )}
      </Page>
    );
  }
  const spentNow = spent(key);
  const state = keyState(key, spentNow, Date.now());
  const open = (kind: 'edit' | 'rotate' | 'revoke') => setDialog({ kind, key });
  return (
    <Page
      title={key.name}
      back={back}
      description={
        <p data-state={state.rail} className="rail mt-1 flex flex-wrap gap-x-3 pl-2.5">
          <span className={cx('font-medium', state.colour)}>{state.words}</span>
          <span className="num">{key.prefix}</span>
        </p>
      }
      actions={
        key.status === 'active' && (
          <>
            <Button onClick={() => open('edit')}>Edit</Button>
            <Button onClick={() => open('rotate')}>Rotate</Button>
            <Button variant="danger" onClick={() => open('revoke')}>
              Revoke
            </Button>
          </>
        )
      }
    >
      {isError && <LoadFailed what="The key" error={error} onRetry={() => void refetch()} />}
      <Part title="Settings">
        <KeyFacts apiKey={key} spent={spentNow} />
      </Part>
      {key.status === 'active' && (
        <Part title="How to use it">
          <HowToUse apiKey={key} />
        </Part>
      )}
      <Part title="Audit log">
        <KeyEvents uid={uid} keyId={key.id} />
      </Part>
      <KeyDialogs uid={uid} dialog={dialog} onChange={setDialog} />
    </Page>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-t py-4">
      <h2 id={id} className="mb-2.5 font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}
