package io.github.redshiftreplicator.management;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.ReflectionException;

/**
 * An MBean put together from described attributes and operations, whatever their names: {@code import} is no Java
 * method's. Every value is a String, a Long or a Boolean, so that any console can show it, and no attribute can be
 * set. Thread-safe.
 *
 * @param <T> what the values are read from
 */
final class DescribedBean<T> implements DynamicMBean {
    private record Member<T, V>(String type, String description, Function<T, V> value) {}

    /**
     * The attributes and operations of beans of one kind, which share them: of a thousand tables each would have its
     * own otherwise. Fill it before the first bean; thread-safe from then on.
     */
    static final class Members<T> {
        private final Map<String, Member<T, ?>> attributes = new LinkedHashMap<>();
        private final Map<String, Member<T, String>> operations = new LinkedHashMap<>();

        Members<T> text(String name, String text, Function<T, String> value) {
            attributes.put(name, new Member<>(String.class.getName(), text, value));
            return this;
        }

        Members<T> number(String name, String text, Function<T, Long> value) {
            attributes.put(name, new Member<>(Long.class.getName(), text, value));
            return this;
        }

        Members<T> flag(String name, String text, Function<T, Boolean> value) {
            attributes.put(name, new Member<>(Boolean.class.getName(), text, value));
            return this;
        }

        /** Adds an operation without parameters; what it throws reaches the caller as its message alone. */
        Members<T> operation(String name, String text, Function<T, String> perform) {
            operations.put(name, new Member<>(String.class.getName(), text, perform));
            return this;
        }
    }

    private final String description;
    private final Members<T> members;
    private final T subject;

    DescribedBean(String description, Members<T> members, T subject) {
        this.description = description;
        this.members = members;
        this.subject = subject;
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException, MBeanException {
        Member<T, ?> attribute = members.attributes.get(name);
        if (attribute == null) {
            throw new AttributeNotFoundException("There is no attribute " + name + ".");
        }
        return value(attribute);
    }

    /** A remote caller need not have the class of what was thrown. */
    private Object value(Member<T, ?> member) throws MBeanException {
        try {
            return member.value().apply(subject);
        } catch (RuntimeException e) {
            String message = Explanation.of(e);
            throw new MBeanException(new IllegalStateException(message), message);
        }
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList list = new AttributeList();
        for (String name : names) {
            try {
                list.add(new Attribute(name, getAttribute(name)));
            } catch (AttributeNotFoundException | MBeanException e) {
                // JMX leaves out what cannot be read
            }
        }
        return list;
    }

    @Override
    public Object invoke(String name, Object[] parameters, String[] signature)
            throws MBeanException, ReflectionException {
        Member<T, String> operation = members.operations.get(name);
        if (operation == null) {
            throw new ReflectionException(new NoSuchMethodException(name), "There is no operation " + name + ".");
        }
        if (parameters != null && parameters.length > 0) {
            // a table's name, perhaps, which would be done to all tables
            String refusal = name + " takes no arguments.";
            throw new ReflectionException(new NoSuchMethodException(refusal), refusal);
        }
        return value(operation);
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be set.");
    }

    @Override
    public AttributeList setAttributes(AttributeList list) {
        return new AttributeList();
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return new MBeanInfo(
                DescribedBean.class.getName(),
                description,
                members.attributes.entrySet().stream()
                        .map(e -> new MBeanAttributeInfo(
                                e.getKey(), e.getValue().type(), e.getValue().description(), true, false, false))
                        .toArray(MBeanAttributeInfo[]::new),
                null,
                members.operations.entrySet().stream()
                        .map(e -> new MBeanOperationInfo(
                                e.getKey(),
                                e.getValue().description(),
                                null,
                                String.class.getName(),
                                MBeanOperationInfo.ACTION))
                        .toArray(MBeanOperationInfo[]::new),
                null);
    }
}
