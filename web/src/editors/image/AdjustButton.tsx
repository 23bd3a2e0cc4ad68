import { ActionIcon, Button, Popover, Slider, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconAdjustments } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Adjustment, type Stage, UNADJUSTED } from "./engine/stage";

const SLIDERS = ["brightness", "contrast", "saturation"] as const;

/** How the picture is shown: for what is too dark to be seen. The data stay as they are. */
export function AdjustButton({ stage }: { readonly stage: Stage }) {
  const { t } = useTranslation("image");
  const [adjustment, setAdjustment] = useState<Adjustment>(UNADJUSTED);
  const change = (part: Partial<Adjustment>) => {
    const next = { ...adjustment, ...part };
    setAdjustment(next);
    stage.adjust(next);
  };
  return (
    <Popover position="bottom-end" width={260} shadow="md" trapFocus withArrow>
      <Popover.Target>
        <Tooltip label={t("adjust.name")} openDelay={400}>
          <ActionIcon
            size="lg"
            variant={adjustment === UNADJUSTED ? "subtle" : "light"}
            color={adjustment === UNADJUSTED ? "gray" : undefined}
            aria-label={t("adjust.name")}
          >
            <IconAdjustments size={18} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {SLIDERS.map((name) => (
            <div key={name}>
              <Text size="xs" id={`adjust-${name}`}>
                {t(`adjust.${name}`)}
              </Text>
              <Slider
                size="sm"
                min={0}
                max={3}
                step={0.05}
                label={(value) => `${Math.round(value * 100)} %`}
                value={adjustment[name]}
                onChange={(value) => change({ [name]: value })}
                thumbLabel={t(`adjust.${name}`)}
              />
            </div>
          ))}
          <Switch
            size="sm"
            label={t("adjust.inverted")}
            checked={adjustment.inverted}
            onChange={(event) => change({ inverted: event.currentTarget.checked })}
          />
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setAdjustment(UNADJUSTED);
              stage.adjust(UNADJUSTED);
            }}
          >
            {t("adjust.reset")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
