package dev.signet.authority.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.ProtocolMessageEnum;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * JSON of the API's messages for scripts: as protobuf's own mapping, except that every field is printed, enum values
 * go without their type's name, and counts are numbers.
 */
final class ProtoJson {
    /** Enums that are written in lower case in claims and everywhere else. */
    private static final Set<String> LOWER_CASE = Set.of("Kind", "Scope");

    private ProtoJson() {}

    static JsonElement of(Message message) {
        if (message instanceof Timestamp timestamp) {
            return new JsonPrimitive(Times.instant(timestamp).toString());
        }
        if (message instanceof Duration duration) {
            return new JsonPrimitive(Durations.toString(duration));
        }
        JsonObject object = new JsonObject();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            object.add(field.getJsonName(), field(message, field));
        }
        return object;
    }

    private static JsonElement field(Message message, FieldDescriptor field) {
        if (field.isRepeated()) {
            JsonArray array = new JsonArray();
            for (Object element : (List<?>) message.getField(field)) {
                array.add(value(field, element));
            }
            return array;
        }
        if (field.hasPresence() && !message.hasField(field)) {
            return JsonNull.INSTANCE;
        }
        return value(field, message.getField(field));
    }

    private static JsonElement value(FieldDescriptor field, Object value) {
        return switch (field.getJavaType()) {
            case MESSAGE -> of((Message) value);
            case ENUM -> enumeration((EnumValueDescriptor) value);
            case BOOLEAN -> new JsonPrimitive((Boolean) value);
            case INT, LONG, FLOAT, DOUBLE -> new JsonPrimitive((Number) value);
            case STRING -> new JsonPrimitive((String) value);
            case BYTE_STRING ->
                new JsonPrimitive(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
        };
    }

    private static JsonElement enumeration(EnumValueDescriptor value) {
        return value.getNumber() == 0 ? JsonNull.INSTANCE : new JsonPrimitive(word(value));
    }

    /** An enum's value as all output writes it. */
    static String word(ProtocolMessageEnum value) {
        return word(value.getValueDescriptor());
    }

    private static String word(EnumValueDescriptor value) {
        String type = value.getType().getName();
        String prefix = type.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
        String name = value.getName();
        String word = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
        return LOWER_CASE.contains(type) ? word.toLowerCase(Locale.ROOT) : word;
    }
}
