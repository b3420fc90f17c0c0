package dev.weft.durable.internal.values;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import java.io.Serial;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/** Keeps null where a class does not promise that there is none, and the case of a sealed type. */
final class ValueIntrospector extends NopAnnotationIntrospector {
  @Serial private static final long serialVersionUID = 1L;

  private static final JsonTypeInfo.Value BESIDE =
      JsonTypeInfo.Value.construct(
          JsonTypeInfo.Id.CUSTOM,
          JsonTypeInfo.As.PROPERTY,
          SealedTypes.PROPERTY,
          null,
          false,
          Boolean.FALSE);

  @Override
  public @Nullable TypeResolverBuilder<?> findTypeResolver(
      MapperConfig<?> config, AnnotatedClass annotated, JavaType base) {
    if (annotated.hasAnnotation(JsonTypeInfo.class) || !SealedTypes.isOne(base.getRawClass())) {
      return null;
    }
    return new StdTypeResolverBuilder().init(BESIDE, new PermittedIds(base));
  }

  @Override
  public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
    RecordComponent component = parameter(member);
    return component == null || component.getType().isPrimitive() || isMarked(member)
        ? null
        : Boolean.FALSE;
  }

  @Override
  public JsonSetter.Value findSetterInfo(Annotated annotated) {
    RecordComponent component = parameter(annotated);
    return component == null
            || component.getType().isPrimitive()
            || isMarked((AnnotatedMember) annotated)
        ? JsonSetter.Value.empty()
        : JsonSetter.Value.forValueNulls(Nulls.SET);
  }

  private static boolean isMarked(AnnotatedMember member) {
    return Nullness.isMarked(member.getDeclaringClass());
  }

  @Override
  public JsonInclude.Value findPropertyInclusion(Annotated annotated) {
    if (!(annotated instanceof AnnotatedMember member)) {
      return JsonInclude.Value.empty();
    }
    Class<?> type = member.getDeclaringClass();
    RecordComponent component = Nullness.component(type, member.getName());
    boolean always =
        !type.isRecord()
            || component != null
                && (Nullness.isEmptyWhenAbsent(component) || Nullness.isLost(type, component));
    return always
        ? JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS)
        : JsonInclude.Value.empty();
  }

  /** The component that a parameter of a record's own constructor stands for. */
  private static @Nullable RecordComponent parameter(Annotated annotated) {
    if (!(annotated instanceof AnnotatedParameter parameter)
        || !parameter.getDeclaringClass().isRecord()) {
      return null;
    }
    RecordComponent[] components = parameter.getDeclaringClass().getRecordComponents();
    return parameter.getOwner().getParameterCount() == components.length
        ? components[parameter.getIndex()]
        : null;
  }
}
