import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { onLostSession, type Schemas } from "@/api/client";
import { meQuery } from "@/app/session";
import { HotkeyRegistry } from "@/editor-core/hotkey-registry";
import { storedRemapping } from "@/editor-core/hotkey-settings";
import { browserExclusively } from "@/editor-core/outbox/locks";
import { Outbox } from "@/editor-core/outbox/outbox";
import { sendEntry } from "@/editor-core/outbox/send";
import { MediaCache, workerDecode } from "@/editor-core/queue/media-cache";
import { openWorkDatabase, ownerOf, type WorkDatabase } from "@/editor-core/work-database";

/** What every page with the whole screen for one task stands on; it lasts as long as the page. */
export interface Work {
  readonly me: Schemas["Me"];
  readonly owner: string;
  readonly database: WorkDatabase;
  readonly outbox: Outbox;
  readonly commands: HotkeyRegistry;
  readonly media: MediaCache;
}

export function useMe() {
  return useQuery(meQuery);
}

/** Open the outbox, the keys and the media of a person in a tenant; null until they are there. */
export function useWork(me: Schemas["Me"] | undefined, tenant: string): Work | null {
  const [work, setWork] = useState<Work | null>(null);
  useEffect(() => {
    if (me === undefined) return;
    let end: (() => void) | null = null;
    let gone = false;
    void beginWork(me, ownerOf(me.id, tenant)).then((begun) => {
      if (gone) return begun.end();
      end = begun.end;
      setWork(begun.work);
    });
    return () => {
      gone = true;
      setWork(null);
      end?.();
    };
  }, [me, tenant]);
  return work;
}

async function beginWork(me: Schemas["Me"], owner: string): Promise<{ work: Work; end: () => void }> {
  const database = await openWorkDatabase();
  const channel = new BroadcastChannel(`assay-outbox ${owner}`);
  const exclusively = browserExclusively(navigator.locks);
  const outbox = new Outbox({ database, owner, send: sendEntry, exclusively, channel });
  const commands = new HotkeyRegistry();
  commands.remap(storedRemapping(localStorage, me.id));
  const decoder = workerDecode();
  const media = new MediaCache(decoder.decode);
  const flush = () => outbox.flush();
  window.addEventListener("online", flush);
  const detach = commands.attach(window);
  const end = () => {
    window.removeEventListener("online", flush);
    detach();
    outbox.close();
    channel.close();
    media.close();
    decoder.end();
    database.close();
  };
  return { work: { me, owner, database, outbox, commands, media }, end };
}

/** Whether the session was lost; `found` is called once somebody has signed in again. */
export function useLostSession(): { lost: boolean; found: () => void } {
  const [lost, setLost] = useState(false);
  useEffect(() => onLostSession(() => setLost(true)), []);
  return { lost, found: () => setLost(false) };
}
