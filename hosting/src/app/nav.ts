import {
  ChartColumn,
  Clapperboard,
  Files,
  Gauge,
  Image,
  KeyRound,
  List,
  type LucideIcon,
  Play,
  Settings2,
} from 'lucide-react';

export interface Place {
  to:
    | '/playground'
    | '/keys'
    | '/usage'
    | '/requests'
    | '/limits'
    | '/files'
    | '/images'
    | '/videos'
    | '/settings';
  name: string;
  icon: LucideIcon;
}

export interface PlaceGroup {
  name: string;
  places: Place[];
}

/** The navigation. A place is added with its page: there are no dead links. */
export const PLACES: PlaceGroup[] = [
  {
    name: 'Build',
    places: [
      { to: '/playground', name: 'Playground', icon: Play },
      { to: '/keys', name: 'API keys', icon: KeyRound },
    ],
  },
  {
    name: 'Observe',
    places: [
      { to: '/usage', name: 'Usage', icon: ChartColumn },
      { to: '/requests', name: 'Requests', icon: List },
      { to: '/limits', name: 'Limits', icon: Gauge },
    ],
  },
  {
    name: 'Assets',
    places: [
      { to: '/files', name: 'Files', icon: Files },
      { to: '/images', name: 'Images', icon: Image },
      { to: '/videos', name: 'Videos', icon: Clapperboard },
    ],
  },
  { name: 'Account', places: [{ to: '/settings', name: 'Settings', icon: Settings2 }] },
];
