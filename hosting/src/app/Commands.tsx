import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { Columns2, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { type CommandGroup, CommandPalette } from '#components/ui/command-palette.tsx';
import { MAX_COLUMNS, modelChoices } from '#features/playground/state/models.ts';
import { rememberedRefs } from '#features/playground/state/remembered.ts';
import { providersQuery } from '#lib/api/providers.ts';
import { type SessionUser, signOut } from '#lib/auth/session.ts';
import { price } from '#lib/format.ts';
import { listOf } from '#lib/search-params.ts';
import { setTheme } from '#lib/theme.ts';
import { PLACES } from './nav.ts';

interface CommandsProps {
  user: SessionUser;
  onClose: () => void;
}

/** What can be done from anywhere: go to a place, put a model beside the others, change the theme, leave. */
export default function Commands({ user, onClose }: CommandsProps) {
  const navigate = useNavigate();
  const location = useRouterState({ select: (state) => state.location });
  const { data: providers = [] } = useQuery(providersQuery(user.uid));
  const named = location.pathname === '/playground' ? listOf((location.search as { m?: unknown }).m) : [];
  const shown = named.length > 0 ? named : rememberedRefs();
  const room = shown.length < MAX_COLUMNS;

  const groups: CommandGroup[] = [
    {
      value: 'Go to',
      items: PLACES.flatMap((group) => group.places).map(({ to, name, icon }) => ({
        value: name,
        icon,
        run: () => void navigate({ to }),
      })),
    },
    {
      value: room ? 'Add to the playground' : 'Open in the playground',
      items: modelChoices(providers)
        .filter((choice) => choice.configured)
        .map(({ ref, model, providerName }) => ({
          value: ref,
          note: model.pricesPerMillionTokens
            ? `${providerName} ${price(model.pricesPerMillionTokens.input)} / ${price(model.pricesPerMillionTokens.output)}`
            : providerName,
          icon: Columns2,
          run: () => void navigate({ to: '/playground', search: { m: room ? [...shown, ref] : [ref] } }),
        })),
    },
    {
      value: 'Theme',
      items: [
        { value: 'Theme: as the system', icon: Monitor, run: () => setTheme('system') },
        { value: 'Theme: light', icon: Sun, run: () => setTheme('light') },
        { value: 'Theme: dark', icon: Moon, run: () => setTheme('dark') },
      ],
    },
    { value: 'Session', items: [{ value: 'Sign out', icon: LogOut, run: () => void signOut() }] },
  ];
  return <CommandPalette groups={groups.filter((group) => group.items.length > 0)} onClose={onClose} />;
}
