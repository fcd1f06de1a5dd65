// Compares the states of a message, which may arrive in any order.

/** The later of two states of a message: that of the greater change number. A version without numbers has left states
    in which a deletion is final, and edits are compared by their times.
    @param {Api.Message | undefined} known
    @param {Api.Message} message */
export function newer(known, message) {
  if (!known) return message;
  const [one, other] = [known.change_seq ?? 0, message.change_seq ?? 0];
  if (one !== other) return one > other ? known : message;
  if (known.deleted_at || message.deleted_at) return known.deleted_at ? known : message;
  return (message.edited_at ?? "") >= (known.edited_at ?? "") ? message : known;
}
