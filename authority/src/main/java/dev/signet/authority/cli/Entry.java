package dev.signet.authority.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.List;

/** What organizations, workspaces and deployments have in common, by the names of their fields. */
record Entry(String name, String displayName, String description, Timestamp createTime) {

    /** The one that an answer is about. */
    static Entry of(Message answer) {
        return read((Message) answer.getField(answer.getDescriptorForType().findFieldByNumber(1)));
    }

    /** Those of a page. */
    static List<Entry> listOf(Message page) {
        List<?> entries = (List<?>) page.getField(page.getDescriptorForType().findFieldByNumber(1));
        return entries.stream().map(entry -> read((Message) entry)).toList();
    }

    /** The last segment of a resource name. */
    static String id(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** The id of the resource above. */
    String parentId() {
        String[] segments = name.split("/", -1);
        return segments.length < 4 ? "" : segments[segments.length - 3];
    }

    private static Entry read(Message entry) {
        return new Entry(text(entry, "name"), text(entry, "display_name"), text(entry, "description"), (Timestamp)
                entry.getField(entry.getDescriptorForType().findFieldByName("create_time")));
    }

    private static String text(Message entry, String name) {
        FieldDescriptor field = entry.getDescriptorForType().findFieldByName(name);
        return field == null ? "" : (String) entry.getField(field);
    }
}
