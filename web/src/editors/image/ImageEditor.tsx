import { Alert, Center, Loader } from "@mantine/core";
import { IconPhotoOff } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditorTask } from "@/editor-core/react";
import type { InputEditorProps, PlacedField } from "@/editors/contract";
import type { RegionsField } from "@/interface/declaration";
import { openPicture, type Picture, pictureAddress } from "./engine/picture";
import { PictureView } from "./PictureView";

/** Shows an image input and lets people work on the regions that lie on it. */
export function ImageEditor({ input, value, fields }: InputEditorProps) {
  const { t } = useTranslation("image");
  const task = useEditorTask();
  const address = useMemo(() => pictureAddress(value, task.media), [value, task]);
  const [opened, setOpened] = useState<{ readonly of: object; readonly picture: Picture } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const regions = useMemo(() => fields.filter(isRegions), [fields]);

  useEffect(() => {
    let current = true;
    let mine: Picture | null = null;
    setFailure(null);
    if (address === null) return;
    openPicture(task, address).then(
      (each) => {
        mine = each;
        if (current) setOpened({ of: address, picture: each });
        else if (each.tiles !== null) each.image.close();
      },
      (error: Error) => {
        if (current) setFailure(error.message);
      },
    );
    return () => {
      current = false;
      if (mine !== null && mine.tiles !== null) mine.image.close();
    };
  }, [task, address]);

  if (address === null || failure !== null) {
    const key = address === null ? "failure.none" : "failure.unreadable";
    return (
      <Alert m="md" color="red" icon={<IconPhotoOff />} title={t("failure.title")}>
        {t(key, { message: failure ?? "" })}
      </Alert>
    );
  }
  // The last task closes its picture when the next one comes: it must not be drawn any more.
  if (opened === null || opened.of !== address) {
    return (
      <Center h="100%" mih={200}>
        <Loader aria-label={t("loading")} />
      </Center>
    );
  }
  return (
    <PictureView key={task.id} name={input.title ?? input.name} picture={opened.picture} fields={regions} />
  );
}

function isRegions(placed: PlacedField): placed is PlacedField<RegionsField> {
  return placed.field.type === "regions";
}
