/** The two languages; Vietnamese is the first and the fallback. */

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';
import { vi } from './vi';

export type Language = 'vi' | 'en';
const KEPT = 'streetward.language';

function kept(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi';
  }
}

/** Speaks another language from now on, and in this browser the next time too. */
export function speak(language: Language): void {
  void i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // A browser that keeps nothing still speaks the language until the page is closed.
  }
}

export function startLanguage(): void {
  const language = kept();
  document.documentElement.lang = language;
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'vi',
    resources: { vi: { translation: vi }, en: { translation: en } },
    interpolation: { escapeValue: false },
    // Numbers agree with no noun in Vietnamese, and English texts here are written to need none.
    pluralSeparator: '__',
  });
}
