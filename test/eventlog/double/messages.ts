import shared from "@eventstore/db-client/generated/shared_pb.js";
import streams from "@eventstore/db-client/generated/streams_pb.js";
import type { ProposedEvent, StoredEvent } from "./store.ts";

/** Between what is stored and what goes over the wire, in the messages that the client ships. */

export function toProposed(message: streams.AppendReq.ProposedMessage): ProposedEvent {
  return {
    id: message.getId()?.getString() ?? "",
    metadata: new Map(message.getMetadataMap().getEntryList()),
    customMetadata: message.getCustomMetadata_asU8(),
    data: message.getData_asU8(),
  };
}

export function streamName(identifier: shared.StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString("utf8");
}

export function toIdentifier(name: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(name));
}

export function eventMessage(stored: StoredEvent): streams.ReadResp {
  const place = String(stored.position);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(stored.id))
    .setStreamIdentifier(toIdentifier(stored.stream))
    .setStreamRevision(String(stored.revision))
    .setCommitPosition(place)
    .setPreparePosition(place)
    .setCustomMetadata(stored.customMetadata)
    .setData(stored.data);
  for (const [key, value] of stored.metadata) recorded.getMetadataMap().set(key, value);
  // In .NET ticks; nobody here looks at it.
  recorded.getMetadataMap().set("created", "0");
  const event = new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(place);
  return new streams.ReadResp().setEvent(event);
}

export function notFoundMessage(stream: string): streams.ReadResp {
  const notFound = new streams.ReadResp.StreamNotFound().setStreamIdentifier(toIdentifier(stream));
  return new streams.ReadResp().setStreamNotFound(notFound);
}

export function confirmationMessage(): streams.ReadResp {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId("1");
  return new streams.ReadResp().setConfirmation(confirmation);
}

export function checkpointMessage(position: bigint): streams.ReadResp {
  const place = String(position);
  const checkpoint = new streams.ReadResp.Checkpoint().setCommitPosition(place).setPreparePosition(place);
  return new streams.ReadResp().setCheckpoint(checkpoint);
}

export function successMessage(last: StoredEvent | null): streams.AppendResp {
  const success = new streams.AppendResp.Success();
  if (last === null) success.setNoStream(new shared.Empty()).setNoPosition(new shared.Empty());
  else {
    const place = String(last.position);
    success
      .setCurrentRevision(String(last.revision))
      .setPosition(new streams.AppendResp.Position().setCommitPosition(place).setPreparePosition(place));
  }
  return new streams.AppendResp().setSuccess(success);
}

export function wrongVersionMessage(current: number): streams.AppendResp {
  const wrong = new streams.AppendResp.WrongExpectedVersion().setExpectedAny(new shared.Empty());
  if (current === -1) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(current));
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
}
