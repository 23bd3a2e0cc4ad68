import {
  Group,
  Input,
  type MantineColorScheme,
  SegmentedControl,
  useMantineColorScheme,
} from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LANGUAGE_NAMES, SCHEMES } from "@/app/appearance";
import { Section } from "@/components/Section";
import { changeLanguage, LANGUAGES, type Language } from "@/i18n";

/** Colours and language, in this browser. */
export function Appearance() {
  const { t, i18n } = useTranslation("account");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title={t("appearance.title")} description={t("appearance.explained")}>
      <Group gap="xl">
        <Input.Wrapper label={t("common:shell.theme")} labelElement="div">
          <Group>
            <SegmentedControl
              aria-label={t("common:shell.theme")}
              value={colorScheme}
              onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}
              data={SCHEMES.map((scheme) => ({ value: scheme, label: t(`common:shell.theme_${scheme}`) }))}
            />
          </Group>
        </Input.Wrapper>
        <Input.Wrapper label={t("common:shell.language")} labelElement="div">
          <Group>
            <SegmentedControl
              aria-label={t("common:shell.language")}
              value={i18n.language}
              onChange={(language) => void changeLanguage(language as Language)}
              data={LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] }))}
            />
          </Group>
        </Input.Wrapper>
      </Group>
    </Section>
  );
}
