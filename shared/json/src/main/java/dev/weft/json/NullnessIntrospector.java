package dev.weft.json;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import java.io.Serial;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes JSON keep the promise of a null-marked record. A component that is {@link Nullable} may be
 * absent and is then null; an {@link Optional}, a collection or a map may be absent and is then
 * empty; every other one must be there and must not be null.
 */
final class NullnessIntrospector extends JacksonAnnotationIntrospector {
  @Serial private static final long serialVersionUID = 1L;

  private enum Absence {
    FAULT,
    EMPTY,
    AS_IT_COMES
  }

  @Override
  public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
    return absence(member) == Absence.FAULT ? Boolean.TRUE : super.hasRequiredMarker(member);
  }

  @Override
  public JsonSetter.Value findSetterInfo(Annotated annotated) {
    return switch (absence(annotated)) {
      case FAULT -> JsonSetter.Value.forValueNulls(Nulls.FAIL);
      case EMPTY -> JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
      case AS_IT_COMES -> super.findSetterInfo(annotated);
    };
  }

  private static Absence absence(Annotated annotated) {
    if (!(annotated instanceof AnnotatedParameter parameter)
        || !parameter.getDeclaringClass().isRecord()) {
      return Absence.AS_IT_COMES;
    }
    RecordComponent[] components = parameter.getDeclaringClass().getRecordComponents();
    if (parameter.getOwner().getParameterCount() != components.length) {
      return Absence.AS_IT_COMES;
    }
    RecordComponent component = components[parameter.getIndex()];
    if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
      return Absence.AS_IT_COMES;
    }
    Class<?> type = component.getType();
    if (type == Optional.class) {
      return Absence.AS_IT_COMES;
    }
    return Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)
        ? Absence.EMPTY
        : Absence.FAULT;
  }
}
