using Calendar.Associations;

namespace Calendar.Almanacs;

/// <content>Associations: what is public of them counts, and makes feeds anew; facts stay as they are.</content>
public sealed partial class AlmanacFold
{
    // Whom an association covers decides what feeds of it show; whether it is reminded is nobody's business.
    private AssociationState Evolve(AssociationState stream, in Recorded recorded)
    {
        var association = Association.Evolve(_associations.Load(stream.Slug), recorded.Event, recorded.Role);
        if (recorded.Event is AssociationMuted or AssociationUnmuted)
        {
            Hide(recorded);
        }
        else
        {
            _ = Open(stream, recorded);
            Changed(recorded.At);
            association = association with { ChangedAt = recorded.At };
        }

        _associations = _associations.With(association);
        return stream;
    }
}
