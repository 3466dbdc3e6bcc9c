import { useQuery } from '@tanstack/react-query';
import { emulatedMailLink } from '#lib/auth/emulated-mail.ts';

interface EmulatedMailProps {
  kind: Parameters<typeof emulatedMailLink>[0];
  email: string;
  /** Changes when another mail was asked for. */
  edition?: number;
}

/** Locally no mail is sent: offers the link that it would hold. Draws nothing elsewhere. */
export function EmulatedMail({ kind, email, edition = 0 }: EmulatedMailProps) {
  const { data: link } = useQuery({
    queryKey: ['emulated-mail', kind, email, edition],
    queryFn: async () => (await emulatedMailLink(kind, email)) ?? null,
    gcTime: 0,
  });
  if (link === undefined || link === null) return null;
  return (
    <p className="text-mute">
      <a href={link} className="text-focus underline underline-offset-2">
        Open the link
      </a>{' '}
      (local: no mail is sent)
    </p>
  );
}
