import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Section } from '#components/ui/section.tsx';
import { useSessionUser } from '#lib/auth/session.ts';
import { meQuery } from '../api/get-me.ts';

const METHODS: Record<string, string> = { password: 'Password', 'google.com': 'Google' };
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' });

export function Profile() {
  const user = useSessionUser();
  const me = useQuery({ ...meQuery(user?.uid ?? ''), enabled: user !== null });
  if (user === null) return null;
  return (
    <Section title="Account" description="Who this gateway knows you as.">
      <dl className="grid grid-cols-[8rem_1fr] gap-y-2">
        <Row name="Name">{user.displayName || '—'}</Row>
        <Row name="Email">{user.email}</Row>
        <Row name="Address">
          {user.emailVerified ? (
            <span className="text-ok">Verified</span>
          ) : (
            <span className="text-warn">Not verified yet</span>
          )}
        </Row>
        <Row name="Signs in with">{user.signInMethods.map((id) => METHODS[id] ?? id).join(', ')}</Row>
        <Row name="Tier">
          <Fetched query={me}>{me.data?.tier}</Fetched>
        </Row>
        <Row name="Since">
          <Fetched query={me}>{me.data && day.format(new Date(me.data.createdAt))}</Fetched>
        </Row>
        <Row name="User id">
          <span className="num">{user.uid}</span>
        </Row>
      </dl>
    </Section>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-mute">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

function Fetched({
  query,
  children,
}: {
  query: { isPending: boolean; isError: boolean };
  children: ReactNode;
}) {
  if (query.isPending) return <span className="text-mute">…</span>;
  if (query.isError) return <span className="text-mute">not available right now</span>;
  return children;
}
